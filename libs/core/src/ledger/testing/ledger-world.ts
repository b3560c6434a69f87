import { randomBytes } from 'node:crypto'
import { defaultAccountSettings, type AccountSettings } from '../../authentication/account-settings.ts'
import { generateApiKey } from '../../authentication/api-key.ts'
import type { DestinationView } from '../../identity/mapped-properties.ts'
import type { AppliedStep, PageReceipt } from '../../intake/page-store.ts'
import type { Store } from '../../stores/store.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'

export interface PageParts {
  readonly account?: string
  readonly project?: string
  readonly cohort?: string
  readonly name?: string
  /** Undefined leaves the session out. */
  readonly session?: string | undefined
  /** Number and total; undefined leaves `page_info` out. */
  readonly page?: readonly [number, number] | undefined
}

type MemberEntry = string | Record<string, unknown>

/** A body as Mixpanel sends it. */
const bodyOf = (action: string, members: readonly MemberEntry[], parts: PageParts = {}): Buffer => {
  const { project = '1', cohort = 'trial', name = 'Trial', session, page } = parts
  return Buffer.from(
    JSON.stringify({
      action,
      parameters: {
        mixpanel_project_id: project,
        mixpanel_cohort_id: cohort,
        mixpanel_cohort_name: name,
        mixpanel_session_id: session,
        page_info: page && { page_count: page[0], total_pages: page[1] },
        members: members.map((member) =>
          typeof member === 'string' ? { mixpanel_distinct_id: member } : member,
        ),
      },
    }),
  )
}

/** One store with two accounts, and verbs in which the suite tells its stories. */
export const ledgerWorld = async (store: Store) => {
  let now = Date.parse('2026-11-23T12:00:00Z')
  let sessions = 0
  for (const id of ['acme', 'globex']) {
    const { keyId, secretHash } = generateApiKey(randomBytes)
    const times = { createdAt: new Date(now), lastUsedAt: null, revokedAt: null }
    await store.createAccount(
      { id, name: id, createdAt: new Date(now), settings: defaultAccountSettings },
      { keyId, accountId: id, hash: secretHash, label: 'first', ...times },
    )
  }

  const send = async (
    action: string,
    members: readonly MemberEntry[],
    parts: PageParts = {},
  ): Promise<PageReceipt> => {
    const body = bodyOf(action, members, parts)
    const reading = readCohortPage(body)
    if (!reading.ok) throw new Error(reading.refusal)
    const accountId = parts.account ?? 'acme'
    return store.storePage({ accountId, page: reading.page, body, receivedAt: new Date(now) })
  }
  const apply = async (): Promise<AppliedStep[]> => {
    const steps: AppliedStep[] = []
    for (let step = await store.applyNext(new Date(now)); step; step = await store.applyNext(new Date(now)))
      steps.push(step)
    return steps
  }
  const key = (parts: PageParts = {}) => ({
    projectId: parts.project ?? '1',
    cohortId: parts.cohort ?? 'trial',
  })

  return {
    store,
    send,
    apply,
    now: () => new Date(now),
    pass: (seconds: number) => void (now += seconds * 1000),
    settings: (changed: Partial<AccountSettings>, accountId = 'acme') =>
      store.changeAccount(accountId, { settings: { ...defaultAccountSettings, ...changed } }),
    /** Approves the removals that wait, or those of another plan. */
    approve: async (plan?: string, parts: PageParts = {}) => {
      const cohorts = await store.listCohorts('acme')
      const current = cohorts.find(({ heldRemovals }) => heldRemovals !== null)?.heldRemovals?.plan
      return store.approveRemovals(parts.account ?? 'acme', key(parts), {
        plan: plan ?? current ?? '',
        at: new Date(now),
        by: 'Ann',
      })
    },
    newSession: () => `session-${++sessions}`,
    /** Sends one whole export and applies it. */
    sync: async (action: string, members: readonly MemberEntry[], parts: PageParts = {}) => {
      const receipt = await send(action, members, {
        session: `session-${++sessions}`,
        page: [1, 1],
        ...parts,
      })
      await apply()
      return receipt
    },
    members: async (parts: PageParts = {}): Promise<string[] | undefined> => {
      const found = await store.listMembers(parts.account ?? 'acme', key(parts), { limit: 10_000 })
      return found?.members.map(({ id }) => id).toSorted()
    },
    cohort: async (parts: PageParts = {}) => {
      const cohorts = await store.listCohorts(parts.account ?? 'acme')
      return cohorts.find(({ cohortId }) => cohortId === (parts.cohort ?? 'trial'))
    },
    destination: async (id = 'crm', accountId = 'acme', view: Partial<DestinationView> = {}) =>
      store.createDestination({
        id,
        accountId,
        connector: 'webhook',
        sealedSettings: 'sealed',
        identity: [{ property: 'email', kind: 'email' }],
        properties: 'all',
        createdAt: new Date(now),
        ...view,
      }),
    /** Turns of the feeds that are owed something, the longest first, which nobody holds for longer than this. */
    owed: (limit: number) => store.claimFeeds(new Date(now), { holder: 'owed', seconds: 0, limit }),
    /** Reads one batch of the first owed feed and records every change as delivered. */
    deliver: async (limit = 1000) => {
      const [turn] = await store.claimFeeds(new Date(now), { holder: 'deliver', seconds: 60, limit: 1 })
      const batch = turn && (await store.readBatch(turn, new Date(now), limit))
      if (batch === undefined) return undefined
      const settled = batch.changes.map(({ memberRow }) => memberRow)
      const outcomes = {
        at: new Date(now),
        cursor: batch.cursor,
        delivered: settled.length,
        settled,
        failures: [],
      }
      await store.recordOutcomes(batch, outcomes)
      await store.endTurn(batch)
      return batch
    },
  }
}

export type LedgerWorld = Awaited<ReturnType<typeof ledgerWorld>>
