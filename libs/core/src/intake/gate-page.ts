import type { PageAction } from '../webhook/cohort-page.ts'
import type { Session } from './session.ts'

export interface GateQuestion {
  readonly action: PageAction
  readonly externalId: string
  readonly digest: string
  /** True when the page says how many pages its session has. */
  readonly paged: boolean
  readonly totalPages: number
  /** The newest round of this session and action. */
  readonly session: Session | undefined
  /** What is stored in that round under this page's key. */
  readonly storedDigest: string | undefined
  /** Every other session of the cohort that is open, and the newest of each action. */
  readonly others: readonly Session[]
}

export type GateDecision =
  | { readonly kind: 'repeat' | 'late' }
  | {
      readonly kind: 'store'
      /** `new`: the page opens a session, or a new round of one that was applied. */
      readonly into: Session | 'new'
      readonly streaming: boolean
      readonly whole: boolean
      /** Distinct pages of the session once this one is stored. */
      readonly storedPages: number
      readonly supersedes: readonly Session[]
      /** Open sessions without a total that are known to be complete, since another sync begins. */
      readonly settles: readonly Session[]
    }

/** Where an arriving page belongs, decided from the cohort's sessions alone. */
export const gatePage = (question: GateQuestion): GateDecision => {
  const { session } = question
  if (session === undefined) return openSession(question)
  if (session.state === 'superseded' || session.state === 'expired') return { kind: 'late' }
  if (session.state === 'open') return continueSession(question, session)
  if (isAnonymousExport(question)) return openSession(question)
  if (question.storedDigest === question.digest) return { kind: 'repeat' }
  return isNewest(session, question.others) ? openSession(question) : { kind: 'late' }
}

/** Without a session id and without a total, one page is one export, however alike two of them are. */
const isAnonymousExport = ({ externalId, paged, totalPages }: GateQuestion): boolean =>
  externalId === '' && (!paged || totalPages <= 1)

const continueSession = (question: GateQuestion, session: Session): GateDecision => {
  if (question.storedDigest === question.digest) return { kind: 'repeat' }
  const storedPages = session.storedPages + (question.storedDigest === undefined ? 1 : 0)
  const streaming = session.streaming && !question.paged
  return {
    kind: 'store',
    into: session,
    streaming,
    whole: !streaming && storedPages >= question.totalPages,
    storedPages,
    supersedes: [],
    settles: [],
  }
}

const openSession = (question: GateQuestion): GateDecision => {
  const streaming = !question.paged && question.externalId !== ''
  const ended = question.others.filter((other) => other.state === 'open' && endsBy(question.action, other))
  return {
    kind: 'store',
    into: 'new',
    streaming,
    whole: !streaming && question.totalPages <= 1,
    storedPages: 1,
    supersedes: ended.filter((other) => !other.streaming),
    settles: ended.filter((other) => other.streaming),
  }
}

/** A full set ends all that was unfinished; a difference ends an older full set and an older one of its own kind. */
const endsBy = (action: PageAction, other: Session): boolean =>
  action === 'replace' || other.action === 'replace' || other.action === action

const isNewest = (session: Session, others: readonly Session[]): boolean =>
  !others.some(
    (other) =>
      other.id > session.id &&
      (other.action === session.action || other.action === 'replace' || session.action === 'replace'),
  )
