import type { DestinationStore } from '../../delivery/destination-store.ts'
import type { MemoryCohorts } from './memory-cohorts.ts'
import { deleteDestination, resume, update } from './memory-destination.ts'
import { memorySealedSettings } from './memory-sealed-settings.ts'

/** Configured connectors in memory. */
export const memoryDestinations = (cohorts: MemoryCohorts): DestinationStore => ({
  ...memorySealedSettings(cohorts),
  createDestination: async (destination) => cohorts.addDestination(destination),
  listDestinations: async (accountId) => cohorts.destinationsOf(accountId),
  findDestination: async (destinationId) => cohorts.findDestination(destinationId),
  updateDestination: async (accountId, destinationId, asked) => {
    const found = cohorts.destinationOf(accountId, destinationId)
    if (found === undefined) return 'unknown'
    if (found.version !== (asked.version ?? found.version)) return 'changed-meanwhile'
    update(found, cohorts.feedsTo(found), asked)
    return 'updated'
  },
  pauseDestination: async (accountId, destinationId, at) => {
    const found = cohorts.destinationOf(accountId, destinationId)
    if (found !== undefined) found.pausedSince ??= at
    return found !== undefined
  },
  resumeDestination: async (accountId, destinationId, at) => {
    const found = cohorts.destinationOf(accountId, destinationId)
    if (found !== undefined) resume(found, cohorts.feedsTo(found), at)
    return found !== undefined
  },
  deleteDestination: async (accountId, destinationId, deletion) => {
    const found = cohorts.destinationOf(accountId, destinationId)
    if (found !== undefined) deleteDestination(found, cohorts.feedsTo(found), deletion)
    return found !== undefined
  },
})
