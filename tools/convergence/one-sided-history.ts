import fc from 'fast-check'
import { faultyLine, type Fault } from '../mixpanel-simulator/faulty-line.ts'
import { pagesOf, type PageBody } from '../mixpanel-simulator/pages.ts'
import { sendPage } from '../mixpanel-simulator/send-page.ts'
import { halfHour } from './history.ts'
import { projectId } from './store-stage.ts'
import type { Subject } from './stage.ts'

interface OneSidedExport {
  readonly users: readonly number[]
  /** One for each call; the exports of a sender are sent until they are through. */
  readonly faults: readonly Fault[]
  readonly minutes: number
}

/** A sender of additions only, or of removals only: there are no pairs. */
export interface OneSidedHistory {
  readonly action: 'add_members' | 'remove_members'
  /** `each`: an id for each export. `none`: bodies without session id, one page each. */
  readonly sessions: 'each' | 'none'
  /** An export that failed begins again under its old id. */
  readonly reusesSession: boolean
  /** Who is in the cohort before, by a full set. */
  readonly first: readonly number[]
  readonly exports: readonly OneSidedExport[]
}

const users = 10
const minute = 60_000

const someUsers = (most: number): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.nat(users - 1), { maxLength: most })

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>('delivered') },
  { weight: 4, arbitrary: fc.constantFrom<Fault>('duplicated', 'request-lost', 'reply-lost', 'refused') },
)

/** All faults leave acknowledgements intact. */
export const oneSidedHistories: fc.Arbitrary<OneSidedHistory> = fc.record({
  action: fc.constantFrom('add_members', 'remove_members'),
  sessions: fc.constantFrom('each', 'none'),
  reusesSession: fc.boolean(),
  first: someUsers(users),
  exports: fc.array(
    fc.record({
      users: someUsers(4),
      faults: fc.array(fault, { maxLength: 6 }),
      minutes: fc.constantFrom(0, halfHour, 24 * 60),
    }),
    { minLength: 1, maxLength: 8 },
  ),
})

const userId = (user: number): string => `user-${user}`

const withoutSession = (page: PageBody): PageBody => {
  const { mixpanel_session_id: _id, members, ...rest } = page.parameters
  return { ...page, parameters: { ...rest, members } }
}

interface Exported {
  readonly action: PageBody['action']
  readonly users: readonly number[]
  readonly sessionId: string | null
}

const exportPages = ({ action, users: people, sessionId }: Exported, cohortId: string): PageBody[] => {
  const cohort = { projectId, id: cohortId, name: 'One-sided', description: '' }
  const pages = pagesOf({
    action,
    people,
    cohort,
    sessionId: sessionId ?? '',
    memberOf: (user) => ({ mixpanel_distinct_id: userId(user) }),
    bodies: 'documented',
    membersPerPage: sessionId === null ? users : 2,
  })
  return sessionId === null ? [...pages].map(withoutSession) : [...pages]
}

const createSender = (history: OneSidedHistory, subject: Subject) => {
  const { clock } = subject
  let faults: Iterator<Fault> = [].values()
  let sessions = 0
  const newSession = (): string => `session-${(sessions += 1)}`
  const line = faultyLine(subject.line, () => faults.next().value ?? 'delivered')

  const sendOnce = async (exported: Exported): Promise<boolean> => {
    for (const page of exportPages(exported, subject.cohortId)) {
      if ((await sendPage(page, line, clock)).outcome !== 'accepted') return false
    }
    return true
  }
  const send = async (
    action: PageBody['action'],
    { users: people, faults: plan, minutes }: OneSidedExport,
  ) => {
    clock.skip(minutes * minute)
    faults = plan.values()
    let sessionId = newSession()
    const exported = () => ({
      action,
      users: people,
      sessionId: history.sessions === 'none' ? null : sessionId,
    })
    // The faults run out, so that it comes through in the end.
    while (!(await sendOnce(exported()))) if (!history.reusesSession) sessionId = newSession()
  }
  return { send }
}

/** Resolves with the members that there must be: everything that was acknowledged, and nothing else. */
export const playOneSided = async (history: OneSidedHistory, subject: Subject): Promise<string[]> => {
  const { action, first, exports } = history
  const sender = createSender(history, subject)
  await sender.send('members', { users: first, faults: [], minutes: 0 })
  for (const next of exports) await sender.send(action, next)
  const named = new Set(exports.flatMap((next) => next.users))
  const expected = action === 'add_members' ? new Set(first).union(named) : new Set(first).difference(named)
  return [...expected].map(userId).toSorted()
}
