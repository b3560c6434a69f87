import { readCredentials, type AccountKey, type Authenticate, type ParsedApiKey } from '@cohort-relay/core'
import type { Identify, KeyGate, KeyRefusal, KeyVerdict, PresentedKey } from './key-gate.ts'

export interface IdentifyParts {
  /** Knows the keys that are stored, our own and those of the partner's product. */
  readonly authenticate: Authenticate
  /** Undefined for what cannot be a key of the partner's product. */
  readonly readPartnerKey: (text: string) => Promise<ParsedApiKey | undefined>
  /** For keys that are not stored. */
  readonly gate: KeyGate
  /** For keys that are: a flood of guesses must not keep them from being confirmed. */
  readonly knownGate: KeyGate
  /** What is stored of a key. */
  readonly findKey: (keyId: string) => Promise<AccountKey | undefined>
  /** The next look at what is stored of a key goes to the store. */
  readonly forget: (keyId: string) => void
  /** Seconds; undefined: a key that is stored needs no confirmation. */
  readonly confirmation?: { readonly ttlSeconds: number; readonly staleSeconds: number }
  readonly now: () => Date
}

/**
 * Finds who is calling, and has a key of the partner's product checked that is not known yet, or whose confirmation is
 * too old. Our own keys, and what is no key, are never checked with anybody.
 */
export const createIdentify = (parts: IdentifyParts): Identify => {
  const { authenticate, readPartnerKey, gate, knownGate, forget } = parts
  return async (headers, address) => {
    const caller = await authenticate(headers)
    const text = readCredentials(headers)
    const parsed = text === undefined ? undefined : await readPartnerKey(text)
    if (text === undefined || parsed === undefined) return caller
    const key: PresentedKey = { ...parsed, text }
    if (caller !== undefined && (await isConfirmed(key, parts, 'ttlSeconds'))) return caller
    // Mixpanel sends for many customers from one address: those who are known do not count.
    const verdict = await (caller === undefined ? gate(key, address) : knownGate(key))
    forget(key.keyId)
    if (verdict === 'accepted') return authenticate(headers)
    if (verdict === 'refused') return undefined
    // Nobody can say: what was confirmed not too long ago still holds.
    if (caller !== undefined && (await isConfirmed(key, parts, 'staleSeconds'))) return caller
    return { refusal: refusalOf(verdict) }
  }
}

const refusalOf = (verdict: Exclude<KeyVerdict, 'accepted' | 'refused'> | KeyRefusal): KeyRefusal =>
  verdict === 'unchecked' ? 'key-unchecked' : verdict

const isConfirmed = async (
  { keyId }: PresentedKey,
  { confirmation, findKey, now }: IdentifyParts,
  within: 'ttlSeconds' | 'staleSeconds',
): Promise<boolean> => {
  if (confirmation === undefined) return true
  const confirmedAt = (await findKey(keyId))?.confirmedAt
  if (!confirmedAt) return false
  const milliseconds = now().getTime() - confirmedAt.getTime()
  return milliseconds >= 0 && milliseconds < confirmation[within] * 1000
}
