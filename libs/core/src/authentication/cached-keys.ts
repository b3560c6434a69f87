import type { AccountKey, AccountStore } from './account-store.ts'

export interface KeyCacheOptions {
  readonly now: () => Date
  /** How long another process's revocation may stay unseen here. Default 5. */
  readonly seconds?: number
  /** Default 10,000 keys; the oldest leaves first. */
  readonly max?: number
}

export interface KeyCache {
  readonly findKey: AccountStore['findKey']
  /** Call it after a revocation: the next look-up goes to the store. */
  readonly forget: (keyId: string) => void
}

type FindKey = AccountStore['findKey']

/** Remembers found keys only: an unknown key is looked up every time. Concurrent misses share one look-up. */
export const cacheKeys = (
  findKey: FindKey,
  { now, seconds = 5, max = 10_000 }: KeyCacheOptions,
): KeyCache => {
  const kept = new Map<string, { key: AccountKey; at: number }>()
  const pending = new Map<string, Promise<AccountKey | undefined>>()

  const keep = (keyId: string, key: AccountKey): void => {
    kept.delete(keyId)
    const oldest = kept.size >= max ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
    kept.set(keyId, { key, at: now().getTime() })
  }

  const keptKey = (keyId: string): AccountKey | undefined => {
    const entry = kept.get(keyId)
    const age = now().getTime() - (entry?.at ?? 0)
    return age >= 0 && age < seconds * 1000 ? entry?.key : undefined
  }

  const lookUp = (keyId: string): Promise<AccountKey | undefined> => {
    const look = async (): Promise<AccountKey | undefined> => {
      try {
        const key = await findKey(keyId)
        // A `forget` while the look-up ran makes its answer too old to keep.
        if (key !== undefined && pending.get(keyId) === started) keep(keyId, key)
        return key
      } finally {
        if (pending.get(keyId) === started) pending.delete(keyId)
      }
    }
    const started: Promise<AccountKey | undefined> = Promise.resolve().then(look)
    pending.set(keyId, started)
    return started
  }

  return {
    findKey: async (keyId) => keptKey(keyId) ?? pending.get(keyId) ?? lookUp(keyId),
    forget: (keyId) => {
      kept.delete(keyId)
      pending.delete(keyId)
    },
  }
}
