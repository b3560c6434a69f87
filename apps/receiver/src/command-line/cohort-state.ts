import type { ToldCohort } from './api-types.ts'
import { shownCount } from './shown.ts'

/** Over all destinations. */
export const sumOf = ({ destinations }: ToldCohort, name: 'owed' | 'failed'): number =>
  destinations.reduce((sum, destination) => sum + destination[name], 0)

/** What somebody has to know of it, the most pressing first; `ok` when that is nothing. */
export const cohortState = (cohort: ToldCohort): string => {
  const { heldRemovals, needsReconcile, stale, openSession, destinations } = cohort
  const states = new Set(destinations.map(({ state }) => state))
  const told = [
    heldRemovals === null ? '' : `${shownCount(heldRemovals.members)} removals wait`,
    states.has('unauthorized') ? 'partner refuses access' : '',
    destinations.some(({ lastError, state }) => lastError !== null && state === 'active') ? 'calls fail' : '',
    states.has('paused') ? 'paused' : '',
    states.has('draining') ? 'draining' : '',
    needsReconcile === null ? '' : 'needs a full sync',
    stale ? 'stale' : '',
    openSession ? 'syncing' : '',
    destinations.length === 0 ? 'no destination' : '',
  ].filter((text) => text !== '')
  if (told.length > 0) return told.join(', ')
  return sumOf(cohort, 'owed') > 0 ? 'delivering' : 'ok'
}
