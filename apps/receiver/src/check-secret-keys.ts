import type { Store } from '@cohort-relay/core'
import { keyIdOf } from './encrypt-settings.ts'

interface Opened {
  readonly store: Pick<Store, 'countSealedByKey' | 'close'>
  readonly signals: { stop(): Promise<void> }
}

/** Rejects, with everything closed, when destinations have settings that none of these keys can read. */
export const checkSecretKeys = async (
  { store, signals }: Opened,
  secretKeys: readonly Uint8Array[],
): Promise<void> => {
  const problem = secretKeyProblem(await store.countSealedByKey(), secretKeys)
  if (problem === undefined) return
  await signals.stop()
  await store.close()
  throw new Error(problem)
}

/** Undefined: every destination can be read. */
export const secretKeyProblem = (
  counts: Readonly<Record<string, number>>,
  secretKeys: readonly Uint8Array[],
): string | undefined => {
  const known = new Set(secretKeys.map(keyIdOf))
  const unreadable = Object.entries(counts).filter(([keyId]) => !known.has(keyId))
  const destinations = unreadable.reduce((sum, [, count]) => sum + count, 0)
  if (destinations === 0) return undefined
  const ids = unreadable.map(([keyId]) => keyId).join(', ')
  return `SECRET_KEY is not the one that ${destinations} destinations were encrypted with (key ${ids}). Set SECRET_KEY to that one, or add it to PREVIOUS_SECRET_KEYS and run: cohort-relay secrets rotate.`
}
