import type { AppliedStep } from '../intake/page-store.ts'
import type { CohortTally } from './cohort-tally.ts'
import type { QueuedSession } from './queued-session.ts'

type Counted = Omit<AppliedStep, 'finished' | 'held' | 'approved'>

/** What a step did, without people's names. */
export const countedStep = (session: QueuedSession, tally: CohortTally): Counted => {
  const { accountId, projectId, cohortId, sessionId } = session
  const { added, removed, updated, unchanged } = tally
  return { accountId, projectId, cohortId, sessionId, added, removed, updated, unchanged }
}
