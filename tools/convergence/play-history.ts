import type { Fault, History, SyncPlan } from './history.ts'
import { users } from './history.ts'

/** One webhook body as the model hands it over. */
export interface ModelPage {
  readonly action: 'members' | 'add_members' | 'remove_members'
  readonly session: string
  readonly pageNumber: number
  readonly totalPages: number
  readonly members: readonly string[]
}

/** What plays the receiver. `minutes` is the model's clock. */
export interface ModelReceiver {
  send(page: ModelPage, minutes: number): Promise<void>
}

/** Small pages make many of them. */
const membersPerPage = 2

const snapshotMinutes = 3 * 24 * 60

/**
 * Mixpanel's documented behaviour (docs.mixpanel.com/docs/cohort-sync/webhooks, 2026-11): a full set first, then the
 * difference to the last sync that succeeded, both halves even when empty; five retries of a call; a sync that fails stops
 * and does not move the snapshot; a snapshot older than three days means a full set. Resolves with the members after the
 * last sync, which goes through without a fault.
 */
export const playHistory = async (history: History, receiver: ModelReceiver): Promise<string[]> => {
  const cohort = new Set(Array.from({ length: 6 }, (_, index) => index * 2))
  const sender = new Sender(history, receiver)
  for (const [index, plan] of history.syncs.entries()) {
    for (const user of plan.toggled) if (!cohort.delete(user)) cohort.add(user)
    const isLast = index === history.syncs.length - 1
    await sender.sync(new Set(cohort), isLast ? { ...plan, faults: [] } : plan)
  }
  return [...cohort].map(userId).toSorted()
}

const userId = (user: number): string => `user-${String(user).padStart(String(users).length, '0')}`

class Sender {
  readonly #history: History
  readonly #receiver: ModelReceiver
  #minutes = 0
  #sessions = 0
  #snapshot: { readonly members: ReadonlySet<number>; readonly at: number } | undefined
  #failedSession: string | undefined
  readonly #late: ModelPage[] = []
  readonly #begun = new Set<string>()

  constructor(history: History, receiver: ModelReceiver) {
    this.#history = history
    this.#receiver = receiver
  }

  async sync(members: ReadonlySet<number>, plan: SyncPlan): Promise<void> {
    this.#minutes += plan.minutes
    const faults = plan.faults.values()
    const overdue = [...this.#late]
    const succeeded = await this.#sendAll(this.#pagesOf(members), plan, () => faults.next().value ?? 'delivered')
    if (!succeeded) return
    this.#snapshot = { members, at: this.#minutes }
    this.#late.splice(0, overdue.length)
    for (const page of overdue) await this.#receiver.send(page, this.#minutes)
  }

  async #sendAll(halves: ModelPage[][], { order }: SyncPlan, nextFault: () => Fault): Promise<boolean> {
    this.#failedSession = halves[0]?.[0]?.session
    for (const pages of halves) {
      // An export that begins again under its old id begins at its top: only then can it be told from the old one.
      const weight = ({ pageNumber }: ModelPage) => (this.#history.reusesSession ? pageNumber : (order[pageNumber] ?? 0))
      const shuffled = pages.toSorted((one, other) => weight(one) - weight(other))
      for (const page of shuffled) if (!(await this.#call(page, nextFault()))) return false
    }
    this.#failedSession = undefined
    return true
  }

  /** True when Mixpanel got its answer. */
  async #call(page: ModelPage, fault: Fault): Promise<boolean> {
    const arrivals = { delivered: 1, duplicated: 2, 'request-lost': 1, 'reply-lost': 2, refused: 0, 'every-reply-lost': 6, late: 0 }
    for (let arrival = 0; arrival < arrivals[fault]; arrival++) await this.#receiver.send(page, this.#minutes)
    const name = `${page.action} ${page.session}`
    if (arrivals[fault] > 0) this.#begun.add(name)
    // Of a session of which nothing came before, nobody can tell that it is late.
    if (fault === 'late' && !this.#history.reusesSession && this.#begun.has(name)) this.#late.push(page)
    return fault !== 'refused' && fault !== 'late' && fault !== 'every-reply-lost'
  }

  #pagesOf(members: ReadonlySet<number>): ModelPage[][] {
    const snapshot = this.#snapshot
    const session = this.#nextSession()
    if (snapshot === undefined || this.#minutes - snapshot.at > snapshotMinutes) return [pagesOf('members', session, members)]
    const joined = [...members].filter((user) => !snapshot.members.has(user))
    const left = [...snapshot.members].filter((user) => !members.has(user))
    const other = this.#history.sharesSession ? session : `${session}-b`
    return [pagesOf('add_members', session, joined), pagesOf('remove_members', other, left)]
  }

  #nextSession(): string {
    if (this.#history.reusesSession && this.#failedSession !== undefined) return this.#failedSession
    return `session-${++this.#sessions}`
  }
}

const pagesOf = (action: ModelPage['action'], session: string, members: Iterable<number>): ModelPage[] => {
  const ids = [...members].map(userId)
  const totalPages = Math.max(1, Math.ceil(ids.length / membersPerPage))
  return Array.from({ length: totalPages }, (_, index) => ({
    action,
    session,
    pageNumber: index + 1,
    totalPages,
    members: ids.slice(index * membersPerPage, (index + 1) * membersPerPage),
  }))
}
