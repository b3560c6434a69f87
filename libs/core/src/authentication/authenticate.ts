import { timingSafeEqual } from 'node:crypto'
import type { Logger } from '@cohort-relay/connector-kit'
import { errorName } from '../error-name.ts'
import type { AccountKey, AccountStore } from './account-store.ts'
import { parseApiKey, type ParsedApiKey } from './api-key.ts'
import { readCredentials, type CredentialHeaders } from './read-credentials.ts'

/** Who is calling. */
export interface Caller {
  readonly accountId: string
  readonly keyId: string
}

export type Authenticate = (headers: CredentialHeaders) => Promise<Caller | undefined>

export interface AuthenticatorParts extends Pick<AccountStore, 'findKey' | 'recordKeyUse'> {
  readonly now: () => Date
  readonly log?: Pick<Logger, 'warn'>
  /** Takes the same time wherever the two differ. Default: node:crypto's `timingSafeEqual`. */
  readonly isEqual?: (presented: Uint8Array, stored: Uint8Array) => boolean
  /** Default: `parseApiKey`. */
  readonly readKey?: (text: string) => ParsedApiKey | undefined | Promise<ParsedApiKey | undefined>
}

const useRecordedEveryMs = 60_000
const maxRememberedUses = 10_000

// Stands in for a malformed key, so that it costs what a well-formed one costs. No generated id has a dash.
const noKey: ParsedApiKey = { keyId: '-', secretHash: new Uint8Array(32) }
const unknownHash = new Uint8Array(32).fill(255)

/**
 * Finds the account that a request's key belongs to. Undefined for a missing, malformed, unknown, wrong or revoked
 * key, after the same work for each: one look-up and one comparison. Rejects when the key store does.
 */
export const createAuthenticator = (parts: AuthenticatorParts): Authenticate => {
  const { findKey, now, isEqual = timingSafeEqual, readKey = parseApiKey } = parts
  const recordUse = createUseRecorder(parts)
  return async (headers) => {
    const parsed = await readKey(readCredentials(headers) ?? '')
    const { keyId, secretHash } = parsed ?? noKey
    const found = await findKey(keyId)
    const matches = isEqual(secretHash, found?.hash ?? unknownHash)
    if (parsed === undefined || found === undefined || !matches || isRevoked(found, now())) return undefined
    void recordUse(keyId)
    return { accountId: found.accountId, keyId }
  }
}

const isRevoked = ({ revokedAt }: AccountKey, now: Date): boolean => revokedAt !== null && revokedAt <= now

const createUseRecorder = ({ recordKeyUse, now, log }: AuthenticatorParts) => {
  const recordedAt = new Map<string, number>()
  return async (keyId: string): Promise<void> => {
    const at = now()
    if (at.getTime() - (recordedAt.get(keyId) ?? -Infinity) < useRecordedEveryMs) return
    if (recordedAt.size >= maxRememberedUses) recordedAt.clear()
    recordedAt.set(keyId, at.getTime())
    try {
      await recordKeyUse(keyId, at)
    } catch (error) {
      // The time of last use is a hint for people: losing one never costs a page.
      log?.warn({ keyId, error: errorName(error) }, 'key-use.not-recorded')
    }
  }
}
