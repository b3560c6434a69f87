import { expect, test } from 'vitest'
import { virtualClock } from './clock.ts'
import { createMixpanel, type MixpanelOptions, type SyncProgress } from './mixpanel.ts'
import { distinctIdOf, firstPeople } from './people.ts'
import { createScriptedNetwork, refused, type ScriptedAnswer } from './testing/scripted-network.ts'

const setup = (answers: readonly ScriptedAnswer[] = [], changes: Partial<MixpanelOptions> = {}) => {
  const scripted = createScriptedNetwork(answers)
  const progress: SyncProgress[] = []
  let sessions = 0
  const mixpanel = createMixpanel({
    receiver: { url: 'http://receiver.example/', credentials: { key: 'key', scheme: 'x-api-key' } },
    cohort: { projectId: '1', id: '2', name: 'Trial users', description: '' },
    people: { seed: 1, form: 'default' },
    network: scripted.network,
    newSessionId: () => `session ${(sessions += 1)}`,
    onProgress: (step) => progress.push(step),
    ...changes,
  })
  const calls = () =>
    scripted.pages.map(({ action, parameters }) => ({
      action,
      session: parameters['mixpanel_session_id'],
      ids: parameters.members.map((member) => member['mixpanel_distinct_id']),
    }))
  return { mixpanel, calls, progress }
}

const ids = (...numbers: number[]) => numbers.map((number) => distinctIdOf(number, 1))
const no = refused(401, 'No')

test('sends the whole set and keeps it as the snapshot', async () => {
  const { mixpanel, calls } = setup()
  expect(await mixpanel.fullSync([1, 2])).toMatchObject({ outcome: 'succeeded', calls: 1, members: 2 })
  expect(calls()).toEqual([{ action: 'members', session: 'session 1', ids: ids(1, 2) }])
  expect(mixpanel.snapshot()).toEqual([1, 2])
})

test('sends who joined and who left since the snapshot', async () => {
  const { mixpanel, calls } = setup()
  await mixpanel.fullSync([1, 2])
  await mixpanel.diff([2, 3])
  expect(calls().slice(1)).toEqual([
    { action: 'add_members', session: 'session 2', ids: ids(3) },
    { action: 'remove_members', session: 'session 3', ids: ids(1) },
  ])
  expect(mixpanel.snapshot()).toEqual([2, 3])
})

test('makes both calls of a diff when nothing changed', async () => {
  const { mixpanel, calls } = setup()
  await mixpanel.fullSync([1])
  await mixpanel.diff([1])
  expect(calls().slice(1)).toMatchObject([
    { action: 'add_members', ids: [] },
    { action: 'remove_members', ids: [] },
  ])
})

test('lets both calls of a diff share a session when asked to', async () => {
  const { mixpanel, calls } = setup([], { sharedSession: true })
  await mixpanel.diff([1])
  expect(new Set(calls().map(({ session }) => session)).size).toBe(1)
})

test('keeps the snapshot of the last successful sync when one fails halfway', async () => {
  const { mixpanel, calls } = setup(['drop', { status: 200, body: { status: 'success' } }, no])
  await mixpanel.fullSync([1])
  const failed = await mixpanel.diff([1, 2])
  expect(failed).toMatchObject({ outcome: 'paused', message: '401: No' })
  expect(mixpanel.snapshot()).toEqual([1])
  await mixpanel.diff([1, 2])
  expect(calls().at(-2)).toMatchObject({ action: 'add_members', ids: ids(2) })
})

test('sends no removals after the additions failed', async () => {
  const { mixpanel, calls } = setup([no])
  await mixpanel.diff([1])
  expect(calls().map(({ action }) => action)).toEqual(['add_members'])
})

test('has no snapshot before a sync succeeded', async () => {
  const { mixpanel } = setup([no])
  await mixpanel.fullSync([1])
  expect(mixpanel.snapshot()).toBeUndefined()
})

test('repeats the set of the last successful sync under a new session', async () => {
  const { mixpanel, calls } = setup()
  await mixpanel.fullSync([1])
  await mixpanel.diff([1, 2])
  await mixpanel.repeat()
  expect(calls().at(-1)).toEqual({ action: 'members', session: 'session 4', ids: ids(1, 2) })
})

test('counts calls, retries and members, and tells its progress', async () => {
  const { mixpanel, progress } = setup(['drop', refused(503, 'Busy')])
  const result = await mixpanel.fullSync(firstPeople(2500))
  expect(result).toMatchObject({ calls: 5, retries: 2, members: 2500, milliseconds: 3000 })
  expect(progress).toEqual([
    { sent: 1000, total: 2500 },
    { sent: 2000, total: 2500 },
    { sent: 2500, total: 2500 },
  ])
})

test('sends no further page after a refused one', async () => {
  const { mixpanel, calls } = setup([no])
  expect(await mixpanel.fullSync(firstPeople(9000))).toMatchObject({ outcome: 'paused', members: 0 })
  expect(calls()).toHaveLength(1)
})

test('sends every page once when several are in flight', async () => {
  const { mixpanel, calls } = setup([], { concurrency: 4 })
  await mixpanel.fullSync(firstPeople(9500))
  const sent = calls().flatMap((call) => call.ids)
  expect(sent).toHaveLength(9500)
  expect(new Set(sent).size).toBe(9500)
})

const day = 24 * 3_600_000

test.each([
  ['a diff while the snapshot is three days old at most', 3 * day, ['add_members', 'remove_members']],
  ['a full set once it is older', 3 * day + 1, ['members']],
])('syncs by %s', async (_name, after, actions) => {
  const clock = virtualClock()
  const { mixpanel, calls } = setup([], { clock })
  await mixpanel.sync([1])
  clock.skip(after)
  await mixpanel.sync([1, 2])
  expect(calls().map(({ action }) => action)).toEqual(['members', ...actions])
})

test('makes no call while it is paused, until a person resumes it', async () => {
  const { mixpanel, calls } = setup([no])
  await mixpanel.sync([1])
  expect(await mixpanel.sync([1])).toMatchObject({ outcome: 'paused', calls: 0 })
  mixpanel.resume()
  expect(await mixpanel.sync([1])).toMatchObject({ outcome: 'succeeded' })
  expect(calls()).toHaveLength(2)
})

test.each([
  [true, ['session 1', 'session 1', 'session 2', 'session 3']],
  [false, ['session 1', 'session 2', 'session 3', 'session 4']],
])('begins again under its old session ids: %s', async (reusedSession, sessions) => {
  const { mixpanel, calls } = setup([no], { reusedSession })
  await mixpanel.fullSync([1])
  await mixpanel.fullSync([1])
  await mixpanel.diff([1])
  expect(calls().map(({ session }) => session)).toEqual(sessions)
})

test('sends the pages of a half in the order that is asked for', async () => {
  const { mixpanel, calls } = setup([], { membersPerPage: 1, orderPages: (pages) => pages.toReversed() })
  await mixpanel.fullSync([1, 2, 3])
  expect(calls().map((call) => call.ids)).toEqual([ids(3), ids(2), ids(1)])
})
