import type { FeedBatch, MemberFailure } from '../../../delivery/feed-store.ts'
import type { LedgerWorld } from '../../../ledger/testing/ledger-world.ts'

/** Ids that a format of lines, tabs, quotes or backslashes could stumble over, and two that look alike. */
const hostileIds: readonly string[] = [
  String.raw`\N`,
  String.raw`\.`,
  'tab\tline\nreturn\r',
  'quote"brace{}comma,back\\slash',
  'line\u2028and\u2029paragraph',
  'é',
  'e\u0301',
  '😀',
  'NULL',
  ' blanks ',
]

const person = (id: string, plan: number) => ({
  mixpanel_distinct_id: id,
  email: `${plan}@example.com`,
  plan,
  note: `${id} "${plan}" \\ \t`,
})

/**
 * Leaves one of everything in the store: what is finished, what is under way, and what waits.
 * No two feeds become due at the same time, so that every store serves them in the same order.
 */
export const liveRichly = async (world: LedgerWorld): Promise<void> => {
  await world.settings({ massRemovalPercent: 50, massRemovalMembers: 3 })
  await administration(world)
  await world.destination()
  await world.destination('mail', 'globex', { properties: ['plan', 'email'] })
  await membersWithDeliveries(world)
  await layers(world)
  await heldRemovals(world)
  await underWay(world)
}

const administration = async ({ store, now }: LedgerWorld): Promise<void> => {
  const hash = Buffer.alloc(32, 7)
  const role = 'operator' as const
  await store.addAdminToken({ id: 'ann', name: 'Ann "A"', role, hash, createdAt: now(), revokedAt: now() })
  const line = {
    at: now(),
    actor: 'Ann',
    action: 'accounts.change',
    outcome: 'asked' as const,
    problem: null,
  }
  await store.recordAudit({
    ...line,
    accountId: 'acme',
    target: { keyId: 'k' },
    changes: { name: 'a\tb', share: 7 },
  })
  await store.recordAudit({ ...line, accountId: null, target: {}, changes: {} })
  await store.keepSecret('partner-key-hash', 'v1.sealed "text"')
  const times = { createdAt: now(), lastUsedAt: null, revokedAt: null, confirmedAt: now() }
  await store.addKey({ keyId: 'ext-1', accountId: 'acme', hash, label: 'key of the partner', ...times })
}

const membersWithDeliveries = async (world: LedgerWorld): Promise<void> => {
  await world.sync('members', [...hostileIds.map((id) => person(id, 1)), { email: 'set-aside@example.com' }])
  await world.deliver()
  world.pass(60)
  await world.sync('members', [...hostileIds.slice(0, 8).map((id) => person(id, 2)), person('new', 1)])
  const [turn] = await world.store.claimFeeds(world.now(), { holder: 'test', seconds: 60, limit: 1 })
  const batch = (await world.store.readBatch(turn!, world.now(), 5))!
  await world.store.recordAudience(batch, 'audience-1')
  await world.store.recordOutcomes(batch, outcomesOf(batch, world.now()))
  await world.store.endTurn(batch)
  world.pass(60)
  await world.sync('members', ['ann', 'bob'], { account: 'globex', name: 'Old name' })
  await world.sync('add_members', ['cid'], { account: 'globex', name: 'Renamed\u2028"\\' })
  await world.store.recordReply('globex', null, { at: world.now(), status: 200, condition: 'stored' })
  world.pass(60)
}

/** Three are told, one has to be tried again and one is refused. */
const outcomesOf = ({ changes, cursor }: FeedBatch, at: Date) => {
  const failures: MemberFailure[] = changes.slice(0, 2).map(({ memberRow }, index) => ({
    memberRow,
    kind: index === 0 ? 'retry' : 'refused',
    reason: 'throttled: "slow\tdown"\\',
    attempts: 1,
    dueAt: index === 0 ? new Date(at.getTime() + 30_000) : null,
    formerMembers: [{ identity: { kind: 'id', value: 'a"b\\ {c},d' }, properties: { a: '"b" \\ {c},d' } }],
  }))
  const settled = changes.slice(2).map(({ memberRow }) => memberRow)
  return { at, cursor, delivered: settled.length, settled, failures }
}

/** Syncs by difference, the newest of which can be taken back. */
const layers = async (world: LedgerWorld): Promise<void> => {
  const cohort = 'layers'
  await world.sync('members', ['a', 'x'], { cohort })
  world.pass(60)
  await world.sync('add_members', ['b'], { cohort, session: 'first' })
  await world.sync('remove_members', ['a'], { cohort, session: 'first' })
  world.pass(60)
}

/** One cohort whose removals wait, and one whose removals were approved. */
const heldRemovals = async (world: LedgerWorld): Promise<void> => {
  const ten = Array.from({ length: 10 }, (_, index) => `m${index}`)
  await world.sync('members', ten, { cohort: 'approved' })
  await world.sync('members', ['m0'], { cohort: 'approved' })
  await world.approve(undefined, { cohort: 'approved' })
  await world.apply()
  world.pass(60)
  await world.sync('members', ten, { cohort: 'held' })
  await world.sync('add_members', ['late'], { cohort: 'held', session: 'mass' })
  await world.sync('remove_members', ten.slice(1), { cohort: 'held', session: 'mass' })
  world.pass(60)
}

/** Exports that are not whole: one lacks a page, one tells no total, one was given up for a newer one. */
const underWay = async (world: LedgerWorld): Promise<void> => {
  await world.sync('members', ['s0'], { cohort: 'streaming' })
  world.pass(60)
  await world.sync('members', ['s1', 's2'], { cohort: 'streaming', session: 'stream', page: undefined })
  await world.send('members', ['s3'], { cohort: 'streaming', session: 'stream', page: undefined })
  await world.send('members', ['o0'], { cohort: 'open', session: 'given-up', page: [1, 2] })
  world.pass(60)
  await world.send('members', ['o1', 'o2'], { cohort: 'open', session: 'open', page: [1, 3] })
  await world.send('members', ['o5'], { cohort: 'open', session: 'open', page: [3, 3] })
  await world.send('members', ['o5'], { cohort: 'open', session: 'open', page: [3, 3] })
  await world.send('remove_members', ['x'], { cohort: 'layers', session: 'half', page: [1, 2] })
  world.pass(60)
}

/** What comes next, whatever store it is: what was under way is completed, undone or carried out. */
export const goOn = async (world: LedgerWorld): Promise<void> => {
  await world.sync('members', ['o3', 'o4'], { cohort: 'open', session: 'open', page: [2, 3] })
  await world.send('members', ['o1', 'o2'], { cohort: 'open', session: 'open', page: [1, 3] })
  world.pass(60)
  await contradict(world)
  await world.approve(undefined, { cohort: 'held' })
  await world.apply()
  world.pass(400)
  await world.apply()
  world.pass(60)
  await world.sync('members', [person('é', 3), person('fresh', 1)])
  world.pass(60)
  await world.sync('members', ['ann'], { account: 'globex' })
  for (let batch = await world.deliver(4); batch; batch = await world.deliver(4)) world.pass(1)
}

/** It fits the state before the newest sync, which is taken back. */
const contradict = async (world: LedgerWorld): Promise<void> => {
  const cohort = 'layers'
  await world.sync('remove_members', [], { cohort, session: 'half', page: [2, 2] })
  await world.sync('add_members', ['c'], { cohort, session: 'second' })
  await world.sync('remove_members', ['a'], { cohort, session: 'second' })
  world.pass(60)
}

/** All that can be asked about the cohorts of both accounts. */
export const askAll = async ({ store }: LedgerWorld): Promise<unknown> => {
  const answers: unknown[] = []
  for (const account of ['acme', 'globex']) {
    const cohorts = await store.listCohorts(account)
    answers.push(await store.findAccount(account), await store.listDestinations(account), cohorts)
    for (const key of cohorts) answers.push(await store.listMembers(account, key, { limit: 10_000 }))
  }
  return answers
}
