import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { Account } from '../../authentication/account-store.ts'
import type {
  ConfiguredDestination,
  CreatedDestination,
  StoredDestination,
} from '../../delivery/destination-store.ts'
import { baseDays } from '../../intake/lifetimes.ts'
import type { CohortKey, LastReply } from '../../ledger/ledger.ts'
import type { PageCohort } from '../../webhook/cohort-page.ts'
import { completeAfter, keptProperties } from '../../webhook/kept-properties.ts'
import { presentMembers, type MemoryCohort } from './memory-cohort.ts'
import { newDestination, type MemoryDestination } from './memory-destination.ts'
import { wakeFeed, type MemoryFeed } from './memory-feed.ts'

/** Cohorts and destinations, and a feed for each pair of them within an account. */
export class MemoryCohorts {
  readonly #cohorts: MemoryCohort[] = []
  readonly #destinations: MemoryDestination[] = []
  readonly feeds: MemoryFeed[] = []
  /** Last answers to pages whose cohort was not known, by account. */
  readonly replies = new Map<string, LastReply>()
  readonly #accounts: ReadonlyMap<string, Account>
  #rows = 0
  #numbers = 0

  constructor(accounts: ReadonlyMap<string, Account>) {
    this.#accounts = accounts
  }

  find(accountId: string, { projectId, cohortId }: CohortKey): MemoryCohort | undefined {
    return this.ofAccount(accountId).find((one) => one.projectId === projectId && one.cohortId === cohortId)
  }

  /** By project id and cohort id. */
  ofAccount(accountId: string): MemoryCohort[] {
    return this.#cohorts.filter((cohort) => cohort.accountId === accountId).toSorted(byKey)
  }

  destinationsOf(accountId: string): StoredDestination[] {
    return this.#seen.filter((one) => one.accountId === accountId).map((one) => this.#described(one))
  }

  findDestination(destinationId: string): StoredDestination | undefined {
    const found = this.#seen.find(({ id }) => id === destinationId)
    return found && this.#described(found)
  }

  /** Of all accounts, those that are being deleted included. */
  get allDestinations(): readonly MemoryDestination[] {
    return this.#destinations
  }

  /** Undefined for another account's. */
  destinationOf(accountId: string, destinationId: string): MemoryDestination | undefined {
    return this.#seen.find((one) => one.accountId === accountId && one.id === destinationId)
  }

  feedsTo(destination: MemoryDestination): MemoryFeed[] {
    return this.feeds.filter((feed) => feed.destination === destination)
  }

  /** Forgets destinations that were deleted, and have drained. False when there is none. */
  clearDestination(): boolean {
    const cleared = this.#destinations.find(
      (one) =>
        one.drainingSince !== null &&
        (one.deletingSince !== null || this.feedsTo(one).every(({ dueAt }) => dueAt === null)),
    )
    if (cleared === undefined) return false
    this.#destinations.splice(this.#destinations.indexOf(cleared), 1)
    for (const feed of this.feedsTo(cleared)) this.feeds.splice(this.feeds.indexOf(feed), 1)
    return true
  }

  /** Forgets the cohorts of an account. False as long as it has a destination. */
  clearAccount(accountId: string): boolean {
    if (this.#destinations.some((one) => one.accountId === accountId)) return false
    for (const cohort of this.ofAccount(accountId)) this.#cohorts.splice(this.#cohorts.indexOf(cohort), 1)
    this.replies.delete(accountId)
    return true
  }

  isDeleting(accountId: string): boolean {
    return this.#accounts.get(accountId)?.deletingSince !== null
  }

  unauthorizedSince(destinationId: string): Date | null {
    const feeds = this.feeds.filter(({ destination }) => destination.id === destinationId)
    const dates = feeds.map((feed) => feed.unauthorizedSince).filter((date) => date !== null)
    return dates.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null
  }

  /** The cohort that a page names, with the labels it gives; made if need be. */
  named(accountId: string, cohort: PageCohort): MemoryCohort {
    const { projectId, id, name, description } = cohort
    const known = this.find(accountId, { projectId, cohortId: id })
    return known ? Object.assign(known, { name, description }) : this.#create(accountId, cohort)
  }

  /** A cohort whose removals were approved and are not carried out. */
  approved(): MemoryCohort | undefined {
    return this.#cohorts.find(
      ({ accountId, plans }) =>
        !this.isDeleting(accountId) && plans.some(({ state }) => state === 'approved'),
    )
  }

  addDestination(configured: ConfiguredDestination): CreatedDestination {
    const needsFullSync = this.#mayLack(configured)
    const deletingSince = this.#accounts.get(configured.accountId)?.deletingSince ?? null
    const destination = newDestination(configured, deletingSince)
    this.#destinations.push(destination)
    for (const cohort of this.#cohorts.filter((one) => one.accountId === destination.accountId))
      this.#addFeed(destination, cohort, cohort.sequence > 0 ? destination.createdAt : null)
    return { needsFullSync }
  }

  /** Syncs that began too long ago can no longer be taken back. */
  forgetBases(now: Date): void {
    const before = now.getTime() - baseDays * dayMilliseconds
    for (const { syncs } of this.#cohorts)
      syncs.splice(0, syncs.filter(({ openedAt }) => openedAt.getTime() < before).length)
  }

  feedsOf(cohort: MemoryCohort): MemoryFeed[] {
    return this.feeds.filter((feed) => feed.cohort === cohort && feed.destination.deletingSince === null)
  }

  wakeFeeds(cohort: MemoryCohort, at: Date): void {
    for (const feed of this.feedsOf(cohort)) wakeFeed(feed, at)
  }

  #settings(accountId: string) {
    return this.#accounts.get(accountId)?.settings ?? defaultAccountSettings
  }

  #mayLack(created: ConfiguredDestination): boolean {
    const { accountId } = created
    const views = this.#seen
      .filter((one) => one.accountId === accountId)
      .map((one) => ({ ...one, createdAt: one.viewSince }))
    const after = completeAfter(this.#settings(accountId), created, views)
    const mayLack = (cohort: MemoryCohort): boolean =>
      cohort.firstChangeAt! <= after && (cohort.namedSince === null || cohort.namedSince <= after)
    return this.ofAccount(accountId).some((cohort) => presentMembers(cohort).length > 0 && mayLack(cohort))
  }

  #create(accountId: string, { projectId, id, name, description }: PageCohort): MemoryCohort {
    const names = { accountId, projectId, cohortId: id, name, description }
    const members: MemoryCohort['members'] = new Map()
    const nextRow = () => ++this.#rows
    const cohort = {
      row: ++this.#numbers,
      ...names,
      sequence: 0,
      lastSyncAt: null,
      firstChangeAt: null,
      namedSince: null,
      members,
      pairing: 'unknown' as const,
      reconcileReason: null,
      recentSyncs: [],
      lastReply: undefined,
      syncs: [],
      lastSync: 0,
      held: new Map<string, number | null>(),
      plans: [],
      nextRow,
      keep: () => keptProperties(this.#settings(accountId), this.destinationsOf(accountId)),
    }
    this.#cohorts.push(cohort)
    const destinations = this.#destinations.filter((one) => one.drainingSince === null)
    for (const destination of destinations.filter((one) => one.accountId === accountId))
      this.#addFeed(destination, cohort, null)
    return cohort
  }

  get #seen(): MemoryDestination[] {
    return this.#destinations.filter(({ deletingSince }) => deletingSince === null)
  }

  #described(destination: MemoryDestination): StoredDestination {
    const { deletingSince: _deleting, viewSince: _view, restsUntil: _rest, ...seen } = destination
    return { ...seen, unauthorizedSince: this.unauthorizedSince(destination.id) }
  }

  #addFeed(destination: MemoryDestination, cohort: MemoryCohort, dueAt: Date | null): void {
    const begin = {
      cursor: 0,
      told: 0,
      start: cohort.sequence,
      audienceId: null,
      formerViews: [],
      dueAt,
      attempts: 0,
      delivered: 0,
    }
    const id = ++this.#numbers
    this.feeds.push({
      id,
      destination,
      cohort,
      ...begin,
      lastError: null,
      unauthorizedSince: null,
      failures: new Map(),
    })
  }
}

const dayMilliseconds = 86_400_000

const byKey = (one: CohortKey, other: CohortKey): number =>
  one.projectId < other.projectId || (one.projectId === other.projectId && one.cohortId < other.cohortId)
    ? -1
    : 1
