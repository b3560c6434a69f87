/**
 * The two forms in which Mixpanel writes a member. `default`: the documented fields. `custom`: what live bodies hold
 * once "Properties to Export" is used: raw property names plus `mixpanel_distinct_id`, and no unprefixed `email`.
 */
export type MemberForm = 'default' | 'custom'

export const memberForms: readonly MemberForm[] = ['default', 'custom']

/** One user of a page, under Mixpanel's own field names. */
export type MixpanelMember = Readonly<Record<string, string>>

/** Which people: the same seed gives the same people in every run. */
export interface People {
  readonly seed: number
  readonly form: MemberForm
}

const firstNames = ['Ann', 'Bob', 'Chloé', 'Dmitri', 'Esra', 'Fatima', 'Giulia', 'Hiroshi', 'Inés', 'Jürgen']
const lastNames = ['Adams', 'Brown', 'Castillo', 'Dubois', 'Eriksson', 'Fischer', 'García', 'Haddad', 'Ito']
const mailNames = ['ann', 'bob', 'chloe', 'dmitri', 'esra', 'fatima', 'giulia', 'hiroshi', 'ines', 'juergen']
const cities = ['Berlin', 'Buenos Aires', 'Kyoto', 'Lyon', 'Madrid', 'Oslo', 'San Francisco', 'São Paulo']
const systems = ['Android', 'iOS', 'Mac OS X', 'Windows']
const plans = ['free', 'starter', 'business', 'enterprise']
const roles = ['Soy contador/ administrativo', 'Dueño o socio', 'Estudiante', '']
const firstDay = Date.UTC(2025, 0, 1)

// The finaliser of MurmurHash3: a bijection of 32-bit numbers, so two people of one seed never share an id.
const mix = (value: number): number => {
  const first = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 0
}

const hashOf = (number: number, seed: number): number => mix(number ^ mix(seed + 1))

const hex = (value: number): string => value.toString(16).padStart(8, '0')

/** A UUID; unique for numbers below 2^32 of one seed, the same in both member forms. */
export const distinctIdOf = (number: number, seed: number): string => {
  const first = hashOf(number, seed)
  const second = hex(mix(first + 0x9e3779b9))
  const third = hex(mix(first + 0x3c6ef372))
  const fourth = hex(mix(first + 0x78dde6e4))
  return `${hex(first)}-${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}-${third.slice(4)}${fourth}`
}

const pick = (values: readonly string[], hash: number, shift: number): string =>
  values[(hash >>> shift) % values.length] ?? ''

const momentOf = (hash: number): string =>
  new Date(firstDay + (hash % 31_536_000) * 1000).toISOString().slice(0, 19)

interface Person {
  readonly id: string
  readonly hash: number
  readonly email: string
  readonly phone: string
  readonly firstName: string
  readonly lastName: string
}

const personOf = (number: number, seed: number): Person => {
  const hash = hashOf(number, seed)
  return {
    id: distinctIdOf(number, seed),
    hash,
    email: `${pick(mailNames, hash, 4)}.${number}@example.com`,
    phone: `+1415${2_000_000 + (number % 8_000_000)}`,
    firstName: pick(firstNames, hash, 4),
    lastName: pick(lastNames, hash, 9),
  }
}

const defaultForm = ({ id, hash, email, phone, firstName, lastName }: Person): MixpanelMember => ({
  mixpanel_distinct_id: id,
  email,
  first_name: firstName,
  last_name: lastName,
  phone_number: phone,
  $city: pick(cities, hash, 3),
  $os: pick(systems, hash, 7),
  plan: pick(plans, hash, 11),
  created_at: momentOf(hash),
  utm_source: 'google',
  utm_term: '',
})

const customForm = ({ id, hash, email, phone, firstName, lastName }: Person): MixpanelMember => ({
  $distinct_id: id,
  $email: email,
  $name: `${firstName} ${lastName}`,
  $phone: phone,
  $os: pick(systems, hash, 7),
  'Fecha de registro': momentOf(hash),
  mixpanel_distinct_id: id,
  plan: pick(plans, hash, 11),
  utm_source: 'google',
  utm_term: '',
  '¿Cuál es tu rol? wizard': pick(roles, hash, 5),
})

/** Person `number` of the seed. The joining e-mail is lower-case and unique for the number. */
export const memberOf = (number: number, form: MemberForm, seed: number): MixpanelMember => {
  const person = personOf(number, seed)
  return form === 'custom' ? customForm(person) : defaultForm(person)
}

/** The numbers of the first `count` people. */
export const firstPeople = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

/** The oldest `remove` people leave, the next `add` numbers join. Expects and gives ascending numbers. */
export const changePeople = (
  people: readonly number[],
  { add, remove }: { readonly add: number; readonly remove: number },
): number[] => {
  const last = people.at(-1) ?? 0
  return [...people.slice(remove), ...firstPeople(add).map((number) => last + number)]
}
