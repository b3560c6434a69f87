import type { StoredDestination } from '../../delivery/destination-store.ts'
import { baseDays } from '../../intake/lifetimes.ts'
import type { CohortKey } from '../../ledger/ledger.ts'
import type { PageCohort } from '../../webhook/cohort-page.ts'
import type { MemoryCohort } from './memory-cohort.ts'
import { wakeFeed, type MemoryFeed } from './memory-feed.ts'

/** Cohorts and destinations, and a feed for each pair of them within an account. */
export class MemoryCohorts {
  readonly #cohorts: MemoryCohort[] = []
  readonly #destinations: StoredDestination[] = []
  readonly feeds: MemoryFeed[] = []
  #rows = 0

  find(accountId: string, { projectId, cohortId }: CohortKey): MemoryCohort | undefined {
    return this.ofAccount(accountId).find((one) => one.projectId === projectId && one.cohortId === cohortId)
  }

  /** By project id and cohort id. */
  ofAccount(accountId: string): MemoryCohort[] {
    return this.#cohorts.filter((cohort) => cohort.accountId === accountId).toSorted(byKey)
  }

  destinationsOf(accountId: string): StoredDestination[] {
    return this.#destinations.filter((destination) => destination.accountId === accountId)
  }

  findDestination(destinationId: string): StoredDestination | undefined {
    return this.#destinations.find(({ id }) => id === destinationId)
  }

  /** The cohort that a page names, with the labels it gives; made if need be. */
  named(accountId: string, cohort: PageCohort): MemoryCohort {
    const { projectId, id, name, description } = cohort
    const known = this.find(accountId, { projectId, cohortId: id })
    return known ? Object.assign(known, { name, description }) : this.#create(accountId, cohort)
  }

  /** A cohort whose removals were approved and are not carried out. */
  approved(): MemoryCohort | undefined {
    return this.#cohorts.find(({ plans }) => plans.some(({ state }) => state === 'approved'))
  }

  addDestination(destination: StoredDestination): void {
    this.#destinations.push(destination)
    for (const cohort of this.#cohorts.filter((one) => one.accountId === destination.accountId))
      this.#addFeed(destination, cohort, cohort.sequence > 0 ? destination.createdAt : null)
  }

  /** Syncs that began too long ago can no longer be taken back. */
  forgetBases(now: Date): void {
    const before = now.getTime() - baseDays * dayMilliseconds
    for (const { syncs } of this.#cohorts)
      syncs.splice(0, syncs.filter(({ openedAt }) => openedAt.getTime() < before).length)
  }

  feedsOf(cohort: MemoryCohort): MemoryFeed[] {
    return this.feeds.filter((feed) => feed.cohort === cohort)
  }

  wakeFeeds(cohort: MemoryCohort, at: Date): void {
    for (const feed of this.feedsOf(cohort)) wakeFeed(feed, at)
  }

  #create(accountId: string, { projectId, id, name, description }: PageCohort): MemoryCohort {
    const names = { accountId, projectId, cohortId: id, name, description }
    const members: MemoryCohort['members'] = new Map()
    const nextRow = () => ++this.#rows
    const cohort = {
      row: this.#cohorts.length + 1,
      ...names,
      sequence: 0,
      lastSyncAt: null,
      members,
      pairing: 'unknown' as const,
      reconcileReason: null,
      syncs: [],
      lastSync: 0,
      held: new Map<string, number | null>(),
      plans: [],
      nextRow,
    }
    this.#cohorts.push(cohort)
    for (const destination of this.destinationsOf(accountId)) this.#addFeed(destination, cohort, null)
    return cohort
  }

  #addFeed(destination: StoredDestination, cohort: MemoryCohort, dueAt: Date | null): void {
    const begin = { cursor: 0, start: cohort.sequence, audienceId: null, dueAt, attempts: 0, delivered: 0 }
    const id = this.feeds.length + 1
    this.feeds.push({ id, destination, cohort, ...begin, lastError: null, failures: new Map() })
  }
}

const dayMilliseconds = 86_400_000

const byKey = (one: CohortKey, other: CohortKey): number =>
  one.projectId < other.projectId || (one.projectId === other.projectId && one.cohortId < other.cohortId)
    ? -1
    : 1
