import { randomBytes } from 'node:crypto'
import { createAdminClient, type AdminClient } from '../demo/admin-client.ts'
import { compareSets, isEqual } from '../demo/compare-sets.ts'
import type { Cleanup } from '../demo/cleanup.ts'
import { migrate } from './migrate.ts'
import { openWorld, type World } from './open-world.ts'
import { startHttpPartner, type HttpPartner } from './start-http-partner.ts'
import { startRelay, type Relay, type RelayOptions } from './start-relay.ts'
import {
  startTraffic,
  type Sender,
  type Traffic,
  type TrafficOptions,
  type TrafficResult,
} from './start-traffic.ts'
import { untilStill } from './until.ts'

export interface RelayWorldOptions {
  readonly receivers: number
  readonly workers: number
  /** Each has a destination and a cohort. Default 4. */
  readonly accounts?: number
  readonly leaseSeconds: number
  /** Of one call of the partner, in milliseconds. Default 20. */
  readonly latency?: number
  /** Programs in place of the service: a control breaks one. */
  readonly worker?: string | undefined
  readonly receiver?: string | undefined
}

/** Real processes on a real server, with a partner. */
export interface RelayWorld {
  readonly world: World
  readonly url: string
  readonly partner: HttpPartner
  readonly receivers: readonly Relay[]
  readonly workers: readonly Relay[]
  readonly senders: readonly Sender[]
  readonly environment: Readonly<Record<string, string>>
  traffic(options: Pick<TrafficOptions, 'seed'> & Partial<TrafficOptions>): Traffic
  /** Waits until ledger and partner hold what Mixpanel does. Resolves with what is not so when nothing goes on any more. */
  differences(result: TrafficResult): Promise<string[]>
  /** Destinations that a worker holds, with their leases. */
  heldBy(holder: string): Promise<ReadonlyMap<string, number>>
  /** The newest lease of each destination. */
  leases(): Promise<ReadonlyMap<string, number>>
}

const createSenders = async (
  admin: AdminClient,
  partner: HttpPartner,
  accounts: number,
): Promise<Sender[]> => {
  const senders: Sender[] = []
  for (let number = 1; number <= accounts; number += 1) {
    const account = await admin.createAccount(`Account ${number}`)
    const settings = { url: `${partner.url}/cohorts`, secret: partner.secret }
    const identity = [{ property: 'email', kind: 'email' }]
    await admin.createDestination(account.id, { connector: 'webhook', settings, identity })
    senders.push({ cohortId: `cohort-${number}`, key: account.key })
  }
  return senders
}

/** What can be asked of the database past the service. */
const createQueries = (world: World, url: string) => {
  const leasesWhere = async (condition: string): Promise<ReadonlyMap<string, number>> => {
    const rows = await world.ask(
      url,
      `SELECT id, lease::integer FROM cohort_relay.destination WHERE ${condition}`,
    )
    return new Map(rows.map(({ id, lease }) => [String(id), Number(lease)]))
  }
  return {
    heldBy: (holder: string) => leasesWhere(`leased_by = '${holder}'`),
    leases: () => leasesWhere('true'),
    membersOf: async (cohortId: string): Promise<string[]> => {
      const rows = await world.ask(
        url,
        `SELECT m.key FROM cohort_relay.member m JOIN cohort_relay.member_state s ON s.cohort = m.cohort AND s.id = m.id
         JOIN cohort_relay.cohort c ON c.id = m.cohort WHERE s.present AND c.cohort_id = '${cohortId}'`,
      )
      return rows.map(({ key }) => String(key))
    },
  }
}

type MembersOf = (cohortId: string) => Promise<string[]>

const differencesOf =
  (partner: HttpPartner, membersOf: MembersOf) =>
  async ({ expected }: TrafficResult): Promise<string[]> => {
    let found: string[] = []
    const look = async (cohortId: string, ids: readonly string[]): Promise<void> => {
      const sets = { ledger: await membersOf(cohortId), partner: partner.idsOf(cohortId) }
      for (const [name, set] of Object.entries(sets)) {
        const difference = compareSets(ids, set)
        const { missing, extra } = difference
        if (!isEqual(difference))
          found.push(`${cohortId}: the ${name} lacks ${missing.length} and has ${extra.length} too many`)
      }
    }
    const isSettled = async (): Promise<boolean> => {
      found = []
      for (const [cohortId, ids] of expected) await look(cohortId, ids)
      return found.length === 0
    }
    await untilStill(isSettled, () => partner.calls())
    return found
  }

export const openRelayWorld = async (cleanup: Cleanup, options: RelayWorldOptions): Promise<RelayWorld> => {
  const { accounts = 4, latency = 20 } = options
  const world = await openWorld(cleanup)
  const url = await world.createDatabase()
  const partner = await startHttpPartner(cleanup)
  partner.setLatency(latency)
  const adminToken = randomBytes(24).toString('base64url')
  const environment = {
    DATABASE_URL: url,
    ADMIN_TOKEN: adminToken,
    SECRET_KEY: randomBytes(32).toString('base64'),
    LEASE_SECONDS: String(options.leaseSeconds),
    PAGES_PER_SECOND: '0',
    // Each part begins with people of its own: what the one before had must go.
    MASS_REMOVAL_PERCENT: '100',
    LOG_LEVEL: 'info',
  }
  await migrate(environment)
  const many = (count: number, relay: Omit<RelayOptions, 'environment'>): Promise<Relay[]> =>
    Promise.all(Array.from({ length: count }, () => startRelay({ ...relay, environment }, cleanup)))
  const receivers = await many(options.receivers, { role: 'receive', program: options.receiver })
  const workers = await many(options.workers, { role: 'deliver', program: options.worker })
  const admin = createAdminClient(receivers[0]!.url, adminToken)
  const senders = await createSenders(admin, partner, accounts)
  const { membersOf, ...queries } = createQueries(world, url)
  return {
    world,
    url,
    partner,
    receivers,
    workers,
    senders,
    environment,
    ...queries,
    traffic: (given) => startTraffic({ senders, receivers: receivers.map((one) => one.url), ...given }),
    differences: differencesOf(partner, membersOf),
  }
}
