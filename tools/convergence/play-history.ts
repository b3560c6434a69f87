import { faultyLine, type Fault } from '../mixpanel-simulator/faulty-line.ts'
import type { Line } from '../mixpanel-simulator/line.ts'
import { createMixpanel } from '../mixpanel-simulator/mixpanel.ts'
import type { PageBody } from '../mixpanel-simulator/pages.ts'
import type { SyncResult } from '../mixpanel-simulator/sync.ts'
import { users, type History, type SyncPlan } from './history.ts'
import { projectId } from './store-stage.ts'
import type { Subject } from './stage.ts'

/** Hears what happens, in order. */
export interface Witness {
  beginSync(plan: SyncPlan): void
  call(page: PageBody, fault: Fault): void
  endSync(result: SyncResult, people: readonly string[]): void
  /** Sees every try that arrives. */
  watch(line: Line): Line
}

/** Small pages make many of them. */
const membersPerPage = 2
const minute = 60_000

const userId = (user: number): string => `user-${String(user).padStart(String(users).length, '0')}`

const numberOf = ({ parameters }: PageBody): number =>
  (parameters['page_info'] as { readonly page_count: number }).page_count

/** An export that begins again under its old id begins at its top: only then can it be told from the old one. */
const orderPages = (
  pages: readonly PageBody[],
  { reusesSession }: History,
  { order }: SyncPlan,
): readonly PageBody[] =>
  reusesSession
    ? pages
    : pages.toSorted((one, other) => (order[numberOf(one)] ?? 0) - (order[numberOf(other)] ?? 0))

const toggle = (people: readonly number[], toggled: readonly number[]): number[] => [
  ...new Set(people).symmetricDifference(new Set(toggled)),
]

/** Of a page of an export that begins again under the same id nobody can tell that it is late. */
const faultOf = (fault: Fault, { reusesSession }: History): Fault =>
  fault === 'late' && reusesSession ? 'refused' : fault

const setUp = (history: History, subject: Subject, witness?: Witness) => {
  const { clock } = subject
  let plan: SyncPlan = { toggled: [], faults: [], order: [], minutes: 0 }
  let faults: Iterator<Fault> = [].values()
  let sessions = 0
  const nextFault = (page: PageBody): Fault => {
    const fault = faultOf(faults.next().value ?? 'delivered', history)
    witness?.call(page, fault)
    return fault
  }
  const line = faultyLine(witness?.watch(subject.line) ?? subject.line, nextFault)
  const mixpanel = createMixpanel({
    receiver: line,
    clock,
    cohort: { projectId, id: subject.cohortId, name: 'Model', description: '' },
    people: (user) => ({ mixpanel_distinct_id: userId(user) }),
    membersPerPage,
    orderPages: (pages) => orderPages(pages, history, plan),
    sharedSession: history.sharesSession,
    reusedSession: history.reusesSession,
    newSessionId: () => `session-${(sessions += 1)}`,
  })
  const begin = (next: SyncPlan): void => {
    plan = next
    faults = next.faults.values()
    clock.skip(next.minutes * minute)
    // Whatever paused it, a person has resumed it by now.
    mixpanel.resume()
    witness?.beginSync(next)
  }
  return { mixpanel, line, begin }
}

/** Resolves with Mixpanel's members after the last sync, which goes through without a fault. */
export const playHistory = async (
  history: History,
  subject: Subject,
  witness?: Witness,
): Promise<string[]> => {
  const { mixpanel, line, begin } = setUp(history, subject, witness)
  const last = history.syncs.length - 1
  let people = Array.from({ length: 6 }, (_, index) => index * 2)
  for (const [index, plan] of history.syncs.entries()) {
    people = toggle(people, plan.toggled)
    begin(index === last ? { ...plan, faults: [] } : plan)
    const result = await mixpanel.sync(people)
    witness?.endSync(result, people.map(userId).toSorted())
    if (result.outcome === 'succeeded') await line.arriveLate()
  }
  return people.map(userId).toSorted()
}
