import type { PageAction } from '../webhook/cohort-page.ts'
import type { Session } from './session.ts'

export interface GateQuestion {
  readonly action: PageAction
  readonly externalId: string
  readonly digest: string
  /** True when the page says how many pages its session has. */
  readonly paged: boolean
  readonly totalPages: number
  /** True when `members` of this account only adds: it ends nothing but an older one of its own kind. */
  readonly merges: boolean
  /** The newest round of this session and action. */
  readonly session: Session | undefined
  /** What is stored in that round under this page's key. */
  readonly storedDigest: string | undefined
  /** Pages of that round that were sent again since it was whole or began again. */
  readonly resentPages: number
  /** Those of them that come before this page: an export that begins again begins at its top. */
  readonly resentBefore: number
  /** Every other session of the cohort that is open, the newest of each action, and those of the same session id. */
  readonly others: () => readonly Session[]
}

export type GateDecision =
  | { readonly kind: 'late' }
  | {
      readonly kind: 'repeat'
      /** True: the page is remembered as sent again, in case its export begins again from the top. */
      readonly marks: boolean
    }
  | StoreDecision

export interface StoreDecision {
  readonly kind: 'store'
  /** `new`: the page opens a session, or a new round of one that was applied. */
  readonly into: Session | 'new'
  /** The round whose pages before this one, as far as they were sent again, belong to the new one as well. */
  readonly carries: Session | undefined
  /** True: pages stored before the export began again no longer count. */
  readonly dropsStale: boolean
  readonly restarted: boolean
  readonly streaming: boolean
  readonly whole: boolean
  /** Distinct pages of the session once this one is stored. */
  readonly storedPages: number
  readonly supersedes: readonly Session[]
  /** Open sessions without a total that are known to be complete, since another sync begins. */
  readonly settles: readonly Session[]
  /** The other half of the same sync: its pages open a new round when they come again. */
  readonly restarts: readonly Session[]
}

/** Where an arriving page belongs, decided from the cohort's sessions alone. */
export const gatePage = (question: GateQuestion): GateDecision => {
  const { session, storedDigest, digest } = question
  if (session === undefined) return isOutrun(question) ? { kind: 'late' } : openSession(question)
  if (session.state === 'restarted') return openSession(question)
  if (session.state === 'superseded') return { kind: 'late' }
  // Given up, and nothing newer came: the export begins again under its old id.
  if (session.state === 'expired')
    return isNewest(session, question) ? openSession(question) : { kind: 'late' }
  if (session.state === 'open') return continueSession(question, session)
  if (isAnonymousExport(question)) return openSession(question)
  if (storedDigest === digest) return { kind: 'repeat', marks: true }
  return isNewest(session, question) ? openRound(question, session) : { kind: 'late' }
}

/** Without a session id and without a total, one page is one export, however alike two of them are. */
const isAnonymousExport = ({ externalId, paged, totalPages }: GateQuestion): boolean =>
  externalId === '' && (!paged || totalPages <= 1)

const continueSession = (question: GateQuestion, session: Session): GateDecision => {
  const { storedDigest, digest, totalPages, resentPages } = question
  if (storedDigest === digest) return { kind: 'repeat', marks: session.restarted }
  const isNumberKnown = storedDigest !== undefined
  // Other content and another total: the export was computed anew, and its old pages say nothing any more.
  const dropsStale = isNumberKnown && totalPages !== session.totalPages
  const known = dropsStale ? resentPages : session.storedPages - (isNumberKnown ? 1 : 0)
  const streaming = session.streaming && !question.paged
  return {
    ...store,
    into: session,
    dropsStale,
    restarted: session.restarted || isNumberKnown,
    streaming,
    whole: !streaming && known + 1 >= totalPages,
    storedPages: known + 1,
  }
}

const openSession = (question: GateQuestion): StoreDecision => {
  const streaming = !question.paged && question.externalId !== ''
  const ended = question.others().filter((other) => other.state === 'open' && endsBy(question, other))
  return {
    ...store,
    streaming,
    whole: !streaming && question.totalPages <= 1,
    supersedes: ended.filter((other) => !other.streaming),
    settles: ended.filter((other) => other.streaming),
  }
}

/** An export that was whole begins again from the top. Pages that came unchanged before the first changed one count. */
const openRound = (question: GateQuestion, session: Session): StoreDecision => {
  const opened = openSession(question)
  const isOtherHalf = (other: Session): boolean =>
    other.action !== question.action &&
    ((question.externalId !== '' && other.externalId === question.externalId) ||
      (other.sync !== null && other.sync === session.sync))
  const storedPages = 1 + question.resentBefore
  return {
    ...opened,
    carries: session,
    restarted: true,
    storedPages,
    whole: !opened.streaming && storedPages >= question.totalPages,
    restarts: question.others().filter(isOtherHalf),
  }
}

const store = {
  kind: 'store',
  into: 'new',
  carries: undefined,
  dropsStale: false,
  restarted: false,
  storedPages: 1,
  supersedes: [],
  settles: [],
  restarts: [],
} as const

/** A full set ends all that was unfinished; a difference ends an older full set and an older one of its own kind. */
const endsBy = ({ action, merges }: GateQuestion, other: Session): boolean =>
  (!merges && (action === 'replace' || other.action === 'replace')) || other.action === action

/** The first page of a half whose other half, under the same session id, has been followed by another export. */
const isOutrun = ({ externalId, action, others }: GateQuestion): boolean => {
  const isHalf = (other: Session): boolean => other.externalId === externalId && other.action !== 'replace'
  const half = externalId === '' || action === 'replace' ? undefined : others().findLast(isHalf)
  return half !== undefined && others().some((other) => other.id > half.id && other.externalId !== externalId)
}

const isNewest = (session: Session, question: GateQuestion): boolean =>
  !question.others().some((other) => other.id > session.id && endsBy(question, other))
