import type { Logger } from '@cohort-relay/connector-kit'
import type { Store } from '@cohort-relay/core'
import { errorFields } from './error-fields.ts'

export interface LastReplyParts {
  readonly store: Pick<Store, 'recordReply'>
  readonly now: () => Date
  readonly log: Pick<Logger, 'warn'>
}

/** What the log line of a page tells of it. */
export interface AnsweredPage {
  readonly accountId?: unknown
  readonly projectId?: unknown
  readonly cohortId?: unknown
  readonly answer: string
  readonly status: number
}

interface Noted {
  readonly condition: string
  readonly at: number
}

const maxNoted = 10_000

/**
 * Notes the last answer to a cohort's pages, or to an account's where the cohort is not known. Returns at once. The
 * store is told when the answer is another one than before, else at most once a second.
 */
export const noteLastReplies = ({ store, now, log }: LastReplyParts): ((page: AnsweredPage) => void) => {
  const noted = new Map<string, Noted>()

  return ({ accountId, projectId, cohortId, answer: condition, status }) => {
    if (typeof accountId !== 'string') return
    const cohort =
      typeof projectId === 'string' && typeof cohortId === 'string' ? { projectId, cohortId } : null
    const key = JSON.stringify([accountId, cohort])
    const at = now()
    if (!isNews(noted.get(key), condition, at)) return
    if (noted.size >= maxNoted) noted.clear()
    noted.set(key, { condition, at: at.getTime() })
    store.recordReply(accountId, cohort, { at, status, condition }).catch((error: unknown) => {
      noted.delete(key)
      log.warn(errorFields(error), 'reply.not-noted')
    })
  }
}

const isNews = (last: Noted | undefined, condition: string, at: Date): boolean =>
  last === undefined || last.condition !== condition || Math.abs(at.getTime() - last.at) >= 1000
