import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerWorld, type LedgerWorld } from '../../ledger/testing/ledger-world.ts'
import { applyOperations } from './apply-operations.ts'
import { openDatabase, type Database } from './database.ts'
import { feedOperations } from './feed-operations.ts'
import { ledgerOperations } from './ledger-operations.ts'
import { pageOperations } from './page-operations.ts'
import { explained } from './testing/explained.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const large = 200_000
const plans: string[] = []
let database: Database
let world: LedgerWorld
const undo: (() => Promise<void>)[] = []

/** A cohort that is large, and one of ten members beside it. */
const fill = `
  INSERT INTO cohort_relay.member(cohort, key, properties)
    SELECT cohort.id, 'm' || number, '{}' FROM cohort_relay.cohort, generate_series(1, ${large}) AS number;
  INSERT INTO cohort_relay.member_state(cohort, id, present, sequence, fingerprint)
    SELECT cohort, id, true, 1 + row_number() OVER (ORDER BY id), 0 FROM cohort_relay.member WHERE key <> 'first';
  UPDATE cohort_relay.cohort SET members = ${large + 1}, sequence = ${large + 1};
  ANALYZE`

beforeAll(async () => {
  const url = await newDatabase()
  const log = { warn: () => {} }
  database = openDatabase({ url, poolSize: 3, applicationName: 'plans', log })
  const watched = explained(database, plans)
  const store = await openTestStore(url)
  undo.push(
    () => store.close(),
    () => database.close(),
  )
  world = await ledgerWorld({
    ...store,
    ...pageOperations(watched),
    ...applyOperations(watched, { settleSeconds: 300, stepMilliseconds: 0 }),
    ...ledgerOperations(watched),
    ...feedOperations(watched),
  })
  await world.sync('members', ['first'])
  await ask(url, fill)
  await world.destination()
  await world.settings({ massRemovalPercent: 100 })
  plans.length = 0
})
afterAll(async () => void (await Promise.all(undo.map((step) => step()))))

/** Plans that read a whole table of members. */
const scans = (): string[] => plans.filter((plan) => /Seq Scan on (member|member_state)(_\d+)?\b/.test(plan))

const named = Array.from({ length: 1000 }, (_, index) => `m${index * 150}`)
const page = { session: 'p', page: [1, 1] } as const

test.each<[string, () => Promise<unknown>]>([
  [
    'additions, known and new',
    () => world.sync('add_members', [...named, ...named.map((id) => `new ${id}`)]),
  ],
  ['removals', () => world.sync('remove_members', named)],
  ['changes read for a destination', () => world.deliver()],
  ['the next of them', () => world.deliver()],
  ['a page of the list of members', () => world.members()],
  ['the list of cohorts', () => world.cohort()],
  [
    'a full set, and a step that seeks leavers',
    async () => {
      await world.send('members', named, page)
      for (let step = 0; step < 5; step++) await world.store.applyNext(world.now())
    },
  ],
])('in a cohort of 200,000 members an index serves %s', { timeout: 60_000 }, async (_name, work) => {
  plans.length = 0
  await work()
  expect(plans.length).toBeGreaterThan(0)
  expect(scans()).toEqual([])
})

test('a statement that reads the whole table is noticed (negative control)', async () => {
  plans.length = 0
  await explained(database, plans).all("SELECT FROM cohort_relay.member WHERE properties = 'x'")
  expect(scans()).toHaveLength(1)
})
