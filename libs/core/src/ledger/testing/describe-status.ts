import { describe, expect, test } from 'vitest'
import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** What a store tells of how syncs and destinations fare; part of the ledger suite. */
export const describeStatus = (current: () => LedgerWorld): void => {
  const turnOf = async (cohort: string): Promise<FeedTurn> => {
    const world = current()
    await world.sync('members', ['ann'], { cohort })
    const [turn] = await world.owed(10)
    await world.store.postponeFeed(turn!, {
      dueAt: new Date(world.now().getTime() + 1),
      attempts: 1,
      reason: '',
    })
    return turn!
  }
  /** Two feeds of one destination, under its newest lease. */
  const twoTurns = async (): Promise<[FeedTurn, FeedTurn]> => {
    const { feedId } = await turnOf('one')
    const two = await turnOf('two')
    return [{ ...two, feedId }, two]
  }
  const since = async () => (await current().store.findDestination('crm'))?.unauthorizedSince

  describe('credentials', () => {
    test('a destination is refused since the first refusal, in every place that shows it', async () => {
      const world = current()
      await world.destination()
      const feed = await turnOf('one')
      const first = world.now()
      await world.store.recordAccess(feed, 'refused', first)
      world.pass(60)
      await world.store.recordAccess(feed, 'refused', world.now())
      expect(await world.store.listDestinations('acme')).toMatchObject([{ unauthorizedSince: first }])
      expect(await since()).toEqual(first)
      expect((await world.cohort({ cohort: 'one' }))?.destinations).toMatchObject([
        { unauthorizedSince: first },
      ])
    })
    test('one call that succeeds shows that every feed has access again', async () => {
      const world = current()
      await world.destination()
      const [one, two] = await twoTurns()
      await world.store.recordAccess(one, 'refused', world.now())
      await world.store.recordAccess(two, 'refused', world.now())
      await world.store.recordAccess(one, 'granted', world.now())
      expect(await since()).toBeNull()
    })
    test('a feed with nothing left to tell lifts its own refusal and no other', async () => {
      const world = current()
      await world.destination()
      const [one, two] = await twoTurns()
      await world.store.recordAccess(one, 'refused', world.now())
      await world.store.recordAccess(two, 'refused', world.now())
      await world.store.recordAccess(one, 'unasked', world.now())
      expect(await since()).toEqual(world.now())
      await world.store.recordAccess(two, 'unasked', world.now())
      expect(await since()).toBeNull()
    })
    test('another destination keeps its access', async () => {
      const world = current()
      await world.destination()
      await world.store.recordAccess(await turnOf('one'), 'refused', world.now())
      await world.destination('push')
      expect((await world.store.findDestination('push'))?.unauthorizedSince).toBeNull()
    })
  })

  test('what is owed to a disabled account waits until it is enabled', async () => {
    const world = current()
    await world.destination()
    await world.sync('members', ['ann'])
    await world.store.changeAccount('acme', { settings: { ...defaultAccountSettings, disabled: true } })
    await world.destination('other', 'globex')
    await world.sync('members', ['bob'], { account: 'globex' })
    const owed = async () => (await world.owed(10)).map(({ destinationId }) => destinationId)
    expect(await owed()).toEqual(['other'])
    expect((await world.cohort())?.destinations).toMatchObject([{ owed: 1 }])
    await world.store.changeAccount('acme', { settings: defaultAccountSettings })
    expect((await owed()).toSorted()).toEqual(['crm', 'other'])
  })
  test('what comes to a disabled account, and a destination that is made for it, wait as well', async () => {
    const world = current()
    await world.destination()
    await world.sync('members', ['ann'])
    await world.settings({ disabled: true })
    await world.sync('add_members', ['bob'])
    await world.sync('members', ['cid'], { cohort: 'new' })
    await world.destination('push')
    // Nothing else changes it, however often it is said.
    await world.settings({ disabled: true, massRemovalPercent: 10 })
    expect(await world.owed(10)).toEqual([])
    await world.settings({})
    expect((await world.owed(10)).map(({ destinationId }) => destinationId).toSorted()).toEqual([
      'crm',
      'push',
    ])
    const told = async () => (await world.deliver())?.changes.map(({ id }) => id).toSorted()
    expect([await told(), await told(), await told(), await told()]).toEqual(
      expect.arrayContaining([['ann', 'bob'], ['cid']]),
    )
    expect(await world.owed(10)).toEqual([])
  })
  test('a feed of a disabled account that waits for its time wakes nobody', async () => {
    const world = current()
    await world.destination()
    await world.sync('members', ['ann'])
    const [turn] = await world.owed(1)
    const dueAt = new Date(world.now().getTime() + 60_000)
    await world.store.postponeFeed(turn!, { dueAt, attempts: 1, reason: 'down' })
    await world.settings({ disabled: true })
    expect(await world.store.nextFeedDueAt(world.now())).toBeNull()
    await world.settings({})
    expect(await world.store.nextFeedDueAt(world.now())).toEqual(dueAt)
  })

  describe('pages that wait', () => {
    const waiting = (account = 'acme') => current().store.countWaitingPages(account, current().now())

    test('are those of whole exports and of those that come in, of this account alone', async () => {
      const world = current()
      await world.send('members', ['ann'], { session: 'open', page: [1, 3] })
      await world.send('members', ['bob'], { session: 'open', page: [2, 3] })
      await world.send('members', ['cid'], { session: 'whole', page: [1, 1], cohort: 'other' })
      expect([await waiting(), await waiting('globex')]).toEqual([3, 0])
      await world.apply()
      expect(await waiting()).toBe(2)
      await world.send('members', ['dan'], { session: 'open', page: [3, 3] })
      await world.apply()
      expect(await waiting()).toBe(0)
    })
    test('do not count when nobody goes on with their export, nor when it was superseded', async () => {
      const world = current()
      await world.send('members', ['ann'], { session: 'one', page: [1, 2] })
      await world.send('members', ['bob'], { session: 'two', page: [1, 2] })
      expect(await waiting()).toBe(1)
      world.pass(601)
      expect(await waiting()).toBe(0)
      await world.send('members', ['cid'], { session: 'two', page: [2, 2] })
      expect(await waiting()).toBe(2)
    })
  })

  describe('the rhythm of a cohort', () => {
    const syncEvery = async (seconds: readonly number[], action = 'members') => {
      for (const pause of seconds) {
        current().pass(pause)
        await current().sync(action, action === 'members' ? ['ann'] : [], {
          page: action === 'members' ? [1, 1] : [0, 0],
        })
      }
      return (await current().cohort())?.usualIntervalSeconds
    }

    test('is not known before three intervals are', async () => {
      expect(await syncEvery([0, 3600, 3600])).toBeNull()
      expect(await syncEvery([3600])).toBe(3600)
    })
    test('is the median, so that one long pause does not alter it', async () => {
      expect(await syncEvery([0, 3600, 3600, 90_000, 3600, 3600])).toBe(3600)
    })
    test('counts empty differences', async () => {
      expect(await syncEvery([0, 1800, 1800, 1800], 'add_members')).toBe(1800)
    })
    test('takes the two halves of a sync for one, however long they are apart', async () => {
      const world = current()
      for (const session of ['a', 'b', 'c', 'd']) {
        await world.sync('add_members', [`${session}-new`], { session })
        world.pass(600)
        await world.sync('remove_members', [`${session}-new`], { session })
        world.pass(3000)
      }
      expect((await world.cohort())?.usualIntervalSeconds).toBe(3600)
    })
  })

  describe('the last reply', () => {
    const reply = (condition: string, seconds: number) => ({
      at: new Date(current().now().getTime() + seconds * 1000),
      status: 200,
      condition,
    })
    const key = { projectId: '1', cohortId: 'trial' }
    const last = async () => (await current().cohort())?.lastReply

    test('is the later one of the cohort and its account', async () => {
      const { store, sync } = current()
      await sync('members', ['ann'])
      expect(await last()).toBeNull()
      await store.recordReply('acme', null, reply('unreadable', 0))
      expect(await last()).toEqual(reply('unreadable', 0))
      await store.recordReply('acme', key, reply('success', 1))
      expect(await last()).toEqual(reply('success', 1))
      await store.recordReply('acme', null, reply('over-rate', 2))
      expect(await last()).toEqual(reply('over-rate', 2))
    })
    test('of another cohort or account is not shown, and none makes a cohort', async () => {
      const { store, sync } = current()
      await sync('members', ['ann'])
      await store.recordReply('acme', { ...key, cohortId: 'unknown' }, reply('success', 0))
      await store.recordReply('globex', key, reply('success', 0))
      await store.recordReply('globex', null, reply('success', 0))
      expect(await last()).toBeNull()
      expect(await store.listCohorts('acme')).toHaveLength(1)
    })
  })

  describe('members set aside', () => {
    const setAside = async () => (await current().cohort())?.setAside

    test('are counted by reason over the pages of the newest export', async () => {
      const world = current()
      await world.send('members', ['ann', {}, { email: 'x' }], { session: 's', page: [1, 2] })
      await world.send('members', ['bob', {}, 'x'.repeat(1025)], { session: 's', page: [2, 2] })
      expect(await setAside()).toEqual({ members: 4, reasons: { 'id-missing': 3, 'id-too-long': 1 } })
      await world.apply()
      expect(await setAside()).toEqual({ members: 4, reasons: { 'id-missing': 3, 'id-too-long': 1 } })
    })
    test('are shown in the same order by every store, whatever came first', async () => {
      const world = current()
      await world.send('members', ['\ud800', '\ud800', {}], { session: 's', page: [1, 2] })
      await world.send('members', ['x'.repeat(1025), { mixpanel_distinct_id: 7.5 }, 'ann'], {
        session: 's',
        page: [2, 2],
      })
      const shown = await setAside()
      expect(Object.keys(shown!.reasons)).toEqual([
        'id-missing',
        'id-too-long',
        'id-unusable-characters',
        'id-wrong-type',
      ])
    })
    test('of an earlier export are not shown, nor those of a page that was replaced', async () => {
      const world = current()
      await world.send('members', ['ann', {}], { session: 's', page: [1, 2] })
      await world.send('members', ['ann'], { session: 's', page: [1, 2] })
      expect(await setAside()).toEqual({ members: 0, reasons: {} })
      await world.sync('members', ['ann', {}])
      await world.sync('members', ['ann'])
      expect(await setAside()).toEqual({ members: 0, reasons: {} })
    })
  })
}
