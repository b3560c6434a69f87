import type { IdentityKind } from '@cohort-relay/connector-kit'
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { JoiningProperty } from './joining-property.ts'

/** The usable form of a property's value, or undefined. Normalising a normalised value changes nothing. */
export type Normalise = (value: unknown, joining: JoiningProperty) => string | undefined

const maxEmailLength = 320
const maxIdBytes = 1024
const maxPhoneLength = 64
// Not a proof that mail arrives: one @ with something on both sides, no spaces, nothing invisible.
const address = /^[^\s\p{C}@]+@[^\s\p{C}@]+$/u

const email: Normalise = (value) => {
  if (typeof value !== 'string') return undefined
  const normal = value.trim().toLowerCase()
  return normal.length <= maxEmailLength && address.test(normal) ? normal : undefined
}

const phone: Normalise = (value, { defaultCountry }) => {
  const text = idText(value)
  if (text === undefined || text.length > maxPhoneLength) return undefined
  const country =
    defaultCountry !== undefined && isSupportedCountry(defaultCountry) ? defaultCountry : undefined
  const parsed = parsePhoneNumberFromString(text, {
    ...(country !== undefined && { defaultCountry: country }),
    extract: false,
  })
  // E.164 has no extensions: dropping one would make one person of everybody behind a switchboard.
  if (parsed === undefined || parsed.ext !== undefined || !parsed.isPossible()) return undefined
  return parsed.number
}

const id: Normalise = (value) => {
  const text = idText(value)
  if (text === undefined || text.trim() === '' || !text.isWellFormed()) return undefined
  return Buffer.byteLength(text) <= maxIdBytes ? text : undefined
}

// An integer beyond 2^53 has lost digits already, so it may be somebody else's.
const idText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

/**
 * `email`: trimmed, lower-case. `phone`: E.164; a number without `+` needs `defaultCountry`. `id`: as it is, but blank
 * or over 1,024 bytes is unusable; safe integers become strings.
 */
export const normalisers: Readonly<Record<IdentityKind, Normalise>> = { email, phone, id }
