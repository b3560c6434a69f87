import { describe, expect, test } from 'vitest'
import type { MemberFailure } from '../../delivery/feed-store.ts'
import type { LedgerWorld } from './ledger-world.ts'

const person = (id: string, email: string) => ({ mixpanel_distinct_id: id, email })

/** What a store owes to destinations; part of the ledger suite. */
export const describeFeeds = (current: () => LedgerWorld): void => {
  const told = async (limit?: number) => {
    const batch = await current().deliver(limit)
    return batch?.changes.map(({ id, present }) => `${present ? '+' : '-'}${id}`)
  }
  const failure = (memberRow: number, kind: MemberFailure['kind'], dueAt: Date | null): MemberFailure => ({
    memberRow,
    kind,
    reason: 'as the test says',
    attempts: 1,
    formerMembers: [],
    dueAt,
  })

  describe('feeds', () => {
    test('every change is owed once, in order', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob'])
      await world.sync('remove_members', ['ann'])
      expect(await told()).toEqual(['+bob', '-ann'])
      expect(await told()).toBeUndefined()
    })
    test('a batch is at most as long as asked for, and the rest follows', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob', 'cid'])
      expect(await told(2)).toEqual(['+ann', '+bob'])
      expect(await told(2)).toEqual(['+cid'])
      expect(await told(2)).toBeUndefined()
    })
    test('a member who comes and goes before delivery is owed in her newest state only', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob'])
      await told()
      await world.sync('remove_members', ['ann'])
      await world.sync('add_members', ['ann'])
      expect(await told()).toEqual(['+ann'])
    })
    test('an unchanged full set owes nothing', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann'])
      await told()
      await world.sync('members', ['ann'])
      expect(await told()).toBeUndefined()
    })
    test('a destination added later is owed the members, not those who left before', async () => {
      const world = current()
      await world.sync('members', ['ann', 'bob'])
      await world.sync('remove_members', ['ann'])
      await world.destination()
      expect(await told()).toEqual(['+bob'])
      await world.sync('remove_members', ['bob'])
      expect(await told()).toEqual(['-bob'])
    })
    test('each destination has its own place', async () => {
      const world = current()
      await world.destination('crm')
      await world.destination('push')
      await world.sync('members', ['ann'])
      expect(await told()).toEqual(['+ann'])
      expect((await world.cohort())?.destinations.map(({ owed, delivered }) => owed + delivered)).toEqual([
        1, 1,
      ])
      expect(await told()).toEqual(['+ann'])
      expect(await told()).toBeUndefined()
    })
    test('of each destination the feed that waited longest is listed, so that none hides the others', async () => {
      const world = current()
      await world.destination('crm')
      for (const cohort of ['one', 'two', 'three']) {
        world.pass(1)
        await world.sync('members', ['ann'], { cohort })
      }
      world.pass(1)
      await world.destination('push')
      const owed = await world.owed(2)
      expect(owed.map(({ destinationId }) => destinationId)).toEqual(['crm', 'push'])
      expect(await world.store.readBatch(owed[0]!, world.now(), 1)).toMatchObject({
        cohort: { id: 'one' },
      })
    })
    test('a change carries the time at which it was recorded', async () => {
      const world = current()
      await world.destination()
      const first = world.now()
      await world.sync('add_members', ['ann'])
      world.pass(60)
      await world.sync('add_members', ['bob'])
      const batch = await world.deliver()
      expect(batch?.changes.map(({ changedAt }) => changedAt)).toEqual([first, world.now()])
    })
    test('properties sent in a call that broke off before the first outcome are kept as former ones', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [person('ann', 'old@example.com')])
      const [owed] = await world.owed(10)
      await world.store.recordAudience(owed!, 'list-1')
      await world.sync('members', [person('ann', 'new@example.com')])
      expect((await world.deliver())!.changes[0]).toMatchObject({
        formerProperties: ['{"email":"old@example.com"}'],
      })
    })
    test('what was told is known until the newest change is passed, however far the cursor has come', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [person('ann', 'told@example.com')])
      await world.deliver()
      await world.sync('add_members', [person('ann', '')])
      await world.sync('add_members', [person('bob', 'bob@example.com')])
      await world.sync('remove_members', [person('ann', '')])
      expect(await told(1)).toEqual(['+bob'])
      expect((await world.deliver())?.changes).toMatchObject([
        { id: 'ann', present: false, formerProperties: ['{"email":"told@example.com"}'] },
      ])
      await world.sync('add_members', [person('ann', '')])
      expect((await world.deliver())?.changes).toMatchObject([{ id: 'ann', formerProperties: [] }])
    })
    test('what has to be taken back is kept with a member to be tried again', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [person('ann', 'old@example.com')])
      const batch = (await world.deliver())!
      const kept = ['older@example.com', 'old@example.com'].map((value) => ({
        identity: { kind: 'email' as const, value },
        properties: { email: value },
      }))
      const again = { ...failure(batch.changes[0]!.memberRow, 'retry', world.now()), formerMembers: kept }
      const outcomes = { at: world.now(), cursor: batch.cursor, delivered: 0, settled: [] }
      await world.store.recordOutcomes(batch, { ...outcomes, failures: [again] })
      const retried = await world.store.readBatch(batch, world.now(), 10)
      expect(retried?.changes[0]).toMatchObject({ formerProperties: [], formerMembers: kept, attempts: 1 })
    })
    test('another account is owed nothing', async () => {
      const world = current()
      await world.destination('crm', 'globex')
      await world.sync('members', ['ann'])
      expect(await world.owed(10)).toEqual([])
    })
    test('changed properties come with all that may have been told before', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [person('ann', 'old@example.com')])
      await world.deliver()
      await world.sync('members', [person('ann', 'newer@example.com')])
      await world.sync('members', [person('ann', 'newest@example.com')])
      const [change] = (await world.deliver())!.changes
      expect(change).toMatchObject({
        properties: '{"email":"newest@example.com"}',
        formerProperties: ['{"email":"old@example.com"}', '{"email":"newer@example.com"}'],
      })
      await world.sync('members', [person('ann', 'last@example.com')])
      expect((await world.deliver())!.changes[0]).toMatchObject({
        formerProperties: ['{"email":"newest@example.com"}'],
      })
    })
    test('a member who left keeps the properties she was told with', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [person('ann', 'ann@example.com')])
      await world.deliver()
      await world.sync('remove_members', [person('ann', 'other@example.com')])
      expect((await world.deliver())!.changes[0]).toMatchObject({
        present: false,
        properties: '{"email":"ann@example.com"}',
      })
    })
    test('the same batch is read again until its outcome is recorded', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob'])
      const [owed] = await world.owed(10)
      const first = await world.store.readBatch(owed!, world.now(), 10)
      world.pass(60)
      expect(await world.store.readBatch(owed!, world.now(), 10)).toEqual(first)
    })
    test('a member to be tried again is owed when due, in her newest state', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob'])
      const [owed] = await world.owed(10)
      const batch = (await world.store.readBatch(owed!, world.now(), 10))!
      const again = new Date(world.now().getTime() + 5000)
      const [ann, bob] = batch.changes.map(({ memberRow }) => memberRow)
      await world.store.recordOutcomes(owed!, {
        at: world.now(),
        cursor: batch.cursor,
        delivered: 0,
        settled: [],
        failures: [failure(ann!, 'retry', again), failure(bob!, 'refused', null)],
      })
      expect((await world.cohort())?.destinations).toMatchObject([{ owed: 1, delivered: 0, failed: 1 }])
      expect(await world.owed(10)).toEqual([])
      expect(await world.store.nextFeedDueAt(world.now())).toEqual(again)
      world.pass(5)
      const retried = (await world.deliver())!
      expect(retried.changes).toMatchObject([{ id: 'ann', attempts: 1 }])
      expect((await world.cohort())?.destinations).toMatchObject([{ owed: 0, delivered: 1, failed: 1 }])
    })
    test('a change is owed at once though another member waits for its next try', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann'])
      const [owed] = await world.owed(10)
      const batch = (await world.store.readBatch(owed!, world.now(), 10))!
      const outcomes = { at: world.now(), cursor: batch.cursor, delivered: 0, settled: [] }
      const later = failure(batch.changes[0]!.memberRow, 'retry', new Date(world.now().getTime() + 60_000))
      await world.store.recordOutcomes(owed!, { ...outcomes, failures: [later] })
      await world.sync('add_members', ['bob'])
      expect(await told()).toEqual(['+bob'])
    })
    test.each([0, 3])(
      'a feed postponed with %i attempts is owed nothing before its time, not even by a new change',
      async (attempts) => {
        const world = current()
        await world.destination()
        await world.sync('members', ['ann'])
        const [owed] = await world.owed(10)
        const dueAt = new Date(world.now().getTime() + 60_000)
        await world.store.postponeFeed(owed!, { dueAt, attempts, reason: 'partner is down' })
        await world.sync('add_members', ['bob'])
        expect(await world.owed(10)).toEqual([])
        expect((await world.cohort())?.destinations).toMatchObject([
          { owed: 2, lastError: 'partner is down' },
        ])
        world.pass(60)
        expect(await world.store.readBatch(owed!, world.now(), 10)).toMatchObject({ attempts })
        expect(await told()).toEqual(['+ann', '+bob'])
      },
    )
    test('a forgotten audience is owed all its members again and no leaver', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann', 'bob'])
      const batch = (await world.deliver())!
      await world.store.recordAudience(batch, 'list-1')
      await world.sync('remove_members', ['ann'])
      await world.store.recordAudience(batch, null)
      const again = await world.deliver()
      expect(again).toMatchObject({ audienceId: null, changes: [{ id: 'bob', present: true }] })
    })
  })
}
