import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerWorld, type LedgerWorld } from '../../ledger/testing/ledger-world.ts'
import { applyOperations } from './apply-operations.ts'
import { openDatabase } from './database.ts'
import { feedOperations } from './feed-operations.ts'
import { ledgerOperations } from './ledger-operations.ts'
import { pageOperations } from './page-operations.ts'
import { explained } from './testing/explained.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const large = 200_000
/** A cohort that is large, and one of ten members beside it. */
const fill = `
  INSERT INTO cohort_relay.member(cohort, key, properties)
    SELECT cohort.id, 'm' || number, '{}' FROM cohort_relay.cohort, generate_series(1, ${large}) AS number;
  INSERT INTO cohort_relay.member_state(cohort, id, present, sequence, fingerprint)
    SELECT cohort, id, true, 1 + row_number() OVER (ORDER BY id), 0 FROM cohort_relay.member WHERE key <> 'first';
  UPDATE cohort_relay.cohort SET members = ${large + 1}, sequence = ${large + 1}`

const setup = async (isAnalysed: boolean) => {
  const plans: string[] = []
  const url = await newDatabase()
  const database = openDatabase({ url, poolSize: 3, applicationName: 'plans', log: { warn: () => {} } })
  const watched = explained(database, plans)
  const store = await openTestStore(url)
  const world = await ledgerWorld({
    ...store,
    ...pageOperations(watched),
    ...applyOperations(watched, { settleSeconds: 300, stepMilliseconds: 0 }),
    ...ledgerOperations(watched),
    ...feedOperations(watched),
  })
  await world.sync('members', ['first'])
  await ask(url, isAnalysed ? `${fill}; ANALYZE` : fill)
  await world.destination()
  await world.settings({ massRemovalPercent: 100 })
  // What is looked up in an empty part is no matter, and the planner knows it.
  const parts = await ask(
    url,
    `SELECT DISTINCT tableoid::regclass::text AS name FROM cohort_relay.member
     UNION SELECT DISTINCT tableoid::regclass::text FROM cohort_relay.member_state`,
  )
  const names = parts.map(({ name }) => String(name).replace('cohort_relay.', ''))
  /** Plans that read a whole table of members. */
  const scans = () => plans.filter((plan) => names.some((name) => plan.includes(`Seq Scan on ${name} `)))
  const close = async () => void (await Promise.all([store.close(), database.close()]))
  return { plans, scans, watched, world, close }
}

const named = Array.from({ length: 1000 }, (_, index) => `m${index * 150}`)
const page = { session: 'p', page: [1, 1] } as const

const works: readonly [string, (world: LedgerWorld) => Promise<unknown>][] = [
  [
    'additions, known and new',
    (world) => world.sync('add_members', [...named, ...named.map((id) => `new ${id}`)]),
  ],
  ['removals', (world) => world.sync('remove_members', named)],
  ['changes read for a destination', (world) => world.deliver()],
  ['the next of them', (world) => world.deliver()],
  ['a page of the list of members', (world) => world.members()],
  ['the list of cohorts', (world) => world.cohort()],
  [
    'a full set, and a step that seeks leavers',
    async (world) => {
      await world.send('members', named, page)
      for (let step = 0; step < 5; step++) await world.store.applyNext(world.now())
    },
  ],
]

// Of a new cohort the planner knows nothing, and thinks it small.
describe.each([
  ['never looked at', false],
  ['analysed', true],
])('in a cohort of 200,000 members that was %s', (_state, isAnalysed) => {
  let setting: Awaited<ReturnType<typeof setup>>
  beforeAll(async () => void (setting = await setup(isAnalysed)))
  afterAll(() => setting.close())

  test.each(works)('an index serves %s', async (_name, work) => {
    const { plans, scans, world } = setting
    plans.length = 0
    await work(world)
    expect(plans.length).toBeGreaterThan(0)
    expect(scans()).toEqual([])
  })

  test('a statement that reads the whole table is noticed (negative control)', async () => {
    const { plans, scans, watched } = setting
    plans.length = 0
    await watched.all("SELECT FROM cohort_relay.member WHERE properties = 'x'")
    expect(scans()).toHaveLength(1)
  })
})
