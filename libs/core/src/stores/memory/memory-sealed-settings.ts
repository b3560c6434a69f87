import type { DestinationStore } from '../../delivery/destination-store.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'

type SealedOperations = Pick<DestinationStore, 'listSealedSettings' | 'resealSettings' | 'countSealedByKey'>

/** Encrypted settings in memory. */
export const memorySealedSettings = (cohorts: MemoryCohorts): SealedOperations => ({
  listSealedSettings: async ({ after = '', limit }) =>
    cohorts.allDestinations
      .filter(({ id }) => id > after)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id, accountId, sealedSettings }) => ({ accountId, destinationId: id, sealedSettings })),
  resealSettings: async ({ destinationId, sealedSettings }, sealedAnew) => {
    const found = cohorts.allDestinations.find(
      (one) => one.id === destinationId && one.sealedSettings === sealedSettings,
    )
    if (found !== undefined) found.sealedSettings = sealedAnew
    return found !== undefined
  },
  countSealedByKey: async () => {
    const counts: Record<string, number> = {}
    for (const { sealedSettings } of cohorts.allDestinations) {
      const key = sealedSettings.slice(3, 11)
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  },
})
