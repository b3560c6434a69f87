import type { Caller, CredentialHeaders, ParsedApiKey } from '@cohort-relay/core'
import { createRate } from '../create-rate.ts'
import type { OnboardingLimits } from './deployment.ts'
import { createShortMemory } from './short-memory.ts'

/** A key of the partner's product, as it was presented. */
export interface PresentedKey extends ParsedApiKey {
  readonly text: string
}

/** `accepted`: the key opens an account now. `unchecked`: nobody could say. */
export type KeyVerdict = 'accepted' | 'refused' | 'unchecked'

/** Why a page is not taken now although nobody says that its key is wrong. */
export type KeyRefusal = 'key-unchecked' | 'too-many-attempts' | 'over-capacity'

type Identification = Caller | { readonly refusal: KeyRefusal } | undefined
export type Identify = (headers: CredentialHeaders, address: string) => Promise<Identification>

export interface KeyGateParts {
  /** Asks the partner. Rejects when the store cannot be used. */
  readonly check: (key: PresentedKey) => Promise<KeyVerdict>
  readonly limits: OnboardingLimits
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
}

/** So long nobody is asked again after nobody could say: less than Mixpanel waits before it sends a page again. */
const uncheckedSeconds = 1

/** Pages that wait for a check, of all keys. */
const maxWaiting = 256

/** Addresses, or keys, that are counted at a time. */
const maxCounted = 10_000

/** A minute's worth may come at once. */
const attempts = (perMinute: number, clock: KeyGateParts['clock']) =>
  createRate({ perSecond: perMinute / 60, burst: perMinute, maxNames: maxCounted, clock })

/**
 * Lets few checks through, however many pages come: one at a time for a key, `maxChecks` at a time, so many a minute
 * from an address and of a key; and none of a key that was refused a short time ago. Pages of a key that is being
 * checked wait for that check. Without an address none is counted: who is known does not guess.
 */
export const createKeyGate = ({ check, limits, clock }: KeyGateParts) => {
  const verdicts = createShortMemory<KeyVerdict>({ clock })
  const underWay = new Map<string, Promise<KeyVerdict>>()
  const mayFrom = attempts(limits.attemptsPerMinute, clock)
  const mayWith = attempts(limits.attemptsPerMinuteOfKey, clock)
  let waiting = 0

  const start = (key: PresentedKey): Promise<KeyVerdict> => {
    const run = async (): Promise<KeyVerdict> => {
      try {
        const verdict = await check(key)
        if (verdict === 'refused') verdicts.set(key.keyId, verdict, limits.refusedSeconds)
        if (verdict === 'unchecked') verdicts.set(key.keyId, verdict, uncheckedSeconds)
        return verdict
      } finally {
        underWay.delete(key.keyId)
      }
    }
    const started = Promise.resolve().then(run)
    underWay.set(key.keyId, started)
    return started
  }

  return async (key: PresentedKey, address?: string): Promise<KeyVerdict | KeyRefusal> => {
    const remembered = verdicts.get(key.keyId)
    if (remembered !== undefined) return remembered
    if (waiting >= maxWaiting) return 'over-capacity'
    let pending = underWay.get(key.keyId)
    if (pending === undefined) {
      if (underWay.size >= limits.maxChecks) return 'over-capacity'
      if ((address !== undefined && !mayFrom(address)) || !mayWith(key.keyId)) return 'too-many-attempts'
      pending = start(key)
    }
    waiting++
    try {
      return await pending
    } finally {
      waiting--
    }
  }
}

export type KeyGate = ReturnType<typeof createKeyGate>
