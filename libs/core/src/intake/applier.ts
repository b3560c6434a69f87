import type { Logger } from '@cohort-relay/connector-kit'
import { errorName } from '../error-name.ts'
import { quietMoments } from '../quiet-moments.ts'
import { signalled } from '../signalled.ts'
import type { DeletedRows } from './deleted-rows.ts'
import type { AppliedStep, PageStore } from './page-store.ts'

export interface ApplierParts {
  readonly store: Pick<PageStore, 'applyNext'> & DeletedRows
  readonly now: () => Date
  readonly log: Logger
  /** Called after each step that altered the ledger. */
  readonly onChange: () => void
  /** Longest time without looking, since sessions also end by silence. */
  readonly idleSeconds: number
}

const lookMilliseconds = 1000

export interface Applier {
  /** A session may have become whole. Resolves once nothing is left that can be applied now, or the store failed. */
  wake(): Promise<void>
  /** Resolves once the step under way is done. */
  stop(): Promise<void>
}

/** Applies whole sessions to the ledger, step by step, in the background, and clears what was deleted in turn with that. */
export const startApplier = (parts: ApplierParts): Applier => {
  const stopping = new AbortController()
  const woken = signalled()
  const quiet = quietMoments()

  const clear = clearingNowAndThen(parts)

  const applyAll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const step = await parts.store.applyNext(parts.now())
      if (step !== undefined) report(step, parts)
      const isCleared = await clear()
      if (step === undefined && !isCleared) return
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await applyAll()
        quiet.reached()
        await woken.wait(parts.idleSeconds, stopping.signal)
      } catch (error) {
        parts.log.error({ reason: errorName(error) }, 'apply.failed')
        quiet.reached()
        await woken.pause(parts.idleSeconds, stopping.signal)
      }
    }
  }

  const running = run()
  return {
    wake: () => {
      woken.signal()
      return quiet.next()
    },
    stop: async () => {
      stopping.abort()
      await running
      quiet.reached()
    },
  }
}

/** Where nothing was left, a look a second is enough. */
const clearingNowAndThen = ({ store, now }: ApplierParts): (() => Promise<boolean>) => {
  let emptyAt = -Infinity
  return async () => {
    if (Math.abs(now().getTime() - emptyAt) < lookMilliseconds) return false
    const isCleared = await store.clearDeleted()
    if (!isCleared) emptyAt = now().getTime()
    return isCleared
  }
}

const report = (step: AppliedStep, { log, onChange }: ApplierParts): void => {
  if (!step.finished) log.debug(step, 'step.applied')
  else log.info(step, step.approved ? 'removals.applied' : 'session.applied')
  if (step.held > 0) log.warn(heldFields(step), 'removals.held')
  if (step.added + step.removed + step.updated > 0) onChange()
}

const heldFields = ({ accountId, projectId, cohortId, sessionId, held }: AppliedStep) => ({
  accountId,
  projectId,
  cohortId,
  sessionId,
  members: held,
})
