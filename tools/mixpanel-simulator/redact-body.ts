import { createHmac } from 'node:crypto'

/** Replaces what may tell of a person or a company. The same value becomes the same pseudonym, in one capture. */
export type Redact = (body: unknown) => unknown

type Fields = Record<string, unknown>

/** Of these the protocol is made; they tell nothing of anybody. */
const keptParameters = new Set(['page_info', 'mixpanel_integration_id'])
const labels = new Set(['mixpanel_cohort_name', 'mixpanel_cohort_description'])
const memberIds = new Set(['mixpanel_distinct_id', '$distinct_id', 'distinct_id', '$user_id'])
const personalNames = /^\$?(first_?name|last_?name|name|username|avatar)$/i
const emailName = /e-?mail/i
const emailShape = /^\s*\S+@\S+\.\S+\s*$/

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mapFields = (fields: Fields, change: (name: string, value: unknown) => unknown): Fields =>
  // As own properties, `__proto__` too.
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const changed = change(name, value)
      return changed === undefined ? [] : [[name, changed]]
    }),
  )

const createHash = (secret: Uint8Array) => {
  const hash = (text: string, length: number): string =>
    createHmac('sha256', secret).update(text).digest('hex').slice(0, length)
  /** Keeps the type, emptiness and equality of a value, since receivers stumble over these. */
  const value = (prefix: string, given: unknown): unknown => {
    if (typeof given === 'string') return given === '' ? '' : `${prefix}${hash(given, 12)}`
    if (typeof given === 'number') return Number.parseInt(hash(String(given), 12), 16)
    if (typeof given === 'boolean') return false
    if (Array.isArray(given)) return given.map((item) => value(prefix, item))
    return isFields(given) ? mapFields(given, (_name, inner) => value(prefix, inner)) : given
  }
  // An id is the same person as text and as a number.
  const id = (given: unknown): unknown =>
    typeof given === 'number' || typeof given === 'string' ? value('id-', String(given)) : value('id-', given)
  const email = (given: unknown): unknown =>
    typeof given === 'string' && given !== ''
      ? `person-${hash(given.trim().toLowerCase(), 12)}@example.com`
      : value('', given)
  return { value, id, email }
}

/**
 * Ids and e-mail addresses become stable pseudonyms, names of people are dropped, every other value of a property is
 * hashed; names of properties stay. Without `secret`, which must be random and is not kept, no value can be found again.
 */
export const createRedact = (secret: Uint8Array): Redact => {
  const { value, id, email } = createHash(secret)
  const property = (name: string, given: unknown): unknown => {
    if (memberIds.has(name)) return id(given)
    if (personalNames.test(name)) return undefined
    if (emailName.test(name) || (typeof given === 'string' && emailShape.test(given))) return email(given)
    return value('value-', given)
  }
  const member = (given: unknown): unknown =>
    isFields(given) ? mapFields(given, property) : value('value-', given)
  const members = (given: unknown): unknown => (Array.isArray(given) ? given.map(member) : member(given))
  const parameter = (name: string, given: unknown): unknown => {
    if (keptParameters.has(name)) return given
    if (name === 'members') return members(given)
    return value(labels.has(name) ? 'label-' : 'id-', given)
  }
  return (body) => {
    if (!isFields(body)) return null
    return mapFields(body, (name, given) => {
      if (name === 'action') return given
      if (name === 'members') return members(given)
      return name === 'parameters' && isFields(given) ? mapFields(given, parameter) : value('value-', given)
    })
  }
}
