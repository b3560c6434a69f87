import { describe, expect, test } from 'vitest'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { allRefused, recordAsFormerHolder, recordings } from './former-holder.ts'
import type { LedgerWorld } from './ledger-world.ts'

const names = Object.keys(recordings) as (keyof typeof recordings)[]

/** Which worker has which destination; part of the ledger suite. */
export const describeLeases = (current: () => LedgerWorld): void => {
  const claim = (holder: string, seconds: number, limit = 10) => {
    const { store, now } = current()
    return store.claimFeeds(now(), { holder, seconds, limit })
  }
  const owing = async (...destinations: string[]) => {
    const world = current()
    for (const id of destinations) {
      await world.destination(id)
      world.pass(1)
    }
    await world.sync('members', ['ann'])
    return world
  }
  /** A turn whose lease ran out, and the one of the worker that took its destination over. */
  const takenOver = async (): Promise<[FeedTurn, FeedTurn]> => {
    await owing('crm')
    const [first] = await claim('first', 0)
    const [second] = await claim('second', 60)
    return [first!, second!]
  }

  describe('leases', () => {
    test('a destination that is held is not taken by another worker', async () => {
      await owing('crm', 'push')
      const first = await claim('first', 60)
      expect(first.map(({ destinationId }) => destinationId).toSorted()).toEqual(['crm', 'push'])
      expect(await claim('second', 60)).toEqual([])
    })
    test('a destination that is given back is taken again, under a higher number', async () => {
      const { store } = await owing('crm')
      const [first] = await claim('first', 60)
      await store.endTurn(first!)
      const [second] = await claim('second', 60)
      expect(second!.lease).toBeGreaterThan(first!.lease)
    })
    test('a lease that ran out is taken over', async () => {
      const [first, second] = await takenOver()
      expect(second.lease).toBeGreaterThan(first.lease)
    })
    test('what a worker records whose destination was taken over is refused and changes nothing', async () => {
      expect(await recordAsFormerHolder(current())).toEqual(allRefused)
    })
    test.each(names)('%s of the newest holder is recorded, even when its lease ran out', async (name) => {
      const world = await owing('crm')
      const [turn] = await claim('first', 0)
      await expect(recordings[name](world, turn!)).resolves.toBeUndefined()
    })
    test('what is recorded together with something refused stays', async () => {
      const [first, second] = await takenOver()
      const { store, now } = current()
      const answers = await Promise.allSettled([
        store.recordAudience(first, 'list-of-the-former'),
        store.recordAudience(second, 'list-of-the-newest'),
        store.recordAudience(first, 'list-of-the-former'),
      ])
      expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
      expect(await store.readBatch(second, now(), 10)).toMatchObject({ audienceId: 'list-of-the-newest' })
    })
    test('renewing holds a destination, and says when it was lost', async () => {
      const [first, second] = await takenOver()
      const { store } = current()
      expect(await store.renewLease(first, 60)).toBe(false)
      expect(await store.renewLease(second, 0)).toBe(true)
      expect(await claim('third', 60)).toHaveLength(1)
      expect(await store.renewLease(second, 60)).toBe(false)
    })
    test('the number of a destination grows, however its turns end', async () => {
      const { store } = await owing('crm')
      const numbers: number[] = []
      for (let turns = 0; turns < 3; turns++) {
        const [ended] = await claim('ended', 60)
        await store.endTurn(ended!)
        const [ranOut] = await claim('ran out', 0)
        numbers.push(ended!.lease, ranOut!.lease)
      }
      expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
    })
    test('a destination that is held is not taken for another cohort either', async () => {
      const { sync, store } = await owing('crm')
      await sync('members', ['ann'], { cohort: 'other' })
      const [turn, ...others] = await claim('first', 60)
      expect(others).toEqual([])
      await sync('members', ['ann'], { cohort: 'third' })
      expect(await claim('second', 60)).toEqual([])
      await store.endTurn(turn!)
      expect(await claim('second', 60)).toHaveLength(1)
    })
    test('no more destinations are taken than were asked for', async () => {
      await owing('a', 'b', 'c')
      expect(await claim('first', 60, 2)).toHaveLength(2)
      expect(await claim('second', 60)).toHaveLength(1)
    })
    test('destinations of a disabled account are left alone', async () => {
      const { settings } = await owing('crm')
      await settings({ disabled: true })
      expect(await claim('first', 60)).toEqual([])
      await settings({ disabled: false })
      expect(await claim('first', 60)).toHaveLength(1)
    })
    test('the lease of one destination says nothing of another', async () => {
      const { store } = await owing('crm', 'push')
      const turns = await claim('first', 0)
      const push = turns.find(({ destinationId }) => destinationId === 'push')!
      await store.renewLease(push, 60)
      expect(await claim('second', 60)).toMatchObject([{ destinationId: 'crm' }])
      expect(await store.renewLease(push, 60)).toBe(true)
    })
    test('a lease may last any fraction of a second', async () => {
      const { store } = await owing('crm')
      const [turn] = await claim('first', 60.000_4)
      expect(await store.renewLease(turn!, 60.000_4)).toBe(true)
    })
    test('a destination that was given back is not held again by a renewal that comes late', async () => {
      const { store } = await owing('crm')
      const [turn] = await claim('first', 60)
      await store.endTurn(turn!)
      expect(await store.renewLease(turn!, 60)).toBe(false)
      expect(await claim('second', 60)).toHaveLength(1)
    })
    test('a worker that was replaced gives nothing back', async () => {
      const [first] = await takenOver()
      await current().store.endTurn(first)
      expect(await claim('third', 60)).toEqual([])
    })
    test('workers that take at once never share a destination', async () => {
      await owing('a', 'b', 'c', 'd', 'e', 'f')
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(`w${index}`, 60, 2)))
      const rest = await claim('rest', 60)
      const taken = [...claims.flat(), ...rest].map(({ destinationId }) => destinationId)
      expect(taken.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    })
    test('a destination that owes a hundred cohorts hides no other', async () => {
      const { sync, pass, destination } = await owing('many')
      for (let cohort = 0; cohort < 100; cohort++) await sync('members', ['ann'], { cohort: `c${cohort}` })
      pass(1)
      await destination('one', 'globex')
      await sync('members', ['bob'], { account: 'globex' })
      const taken = await claim('first', 60, 2)
      expect(taken.map(({ destinationId }) => destinationId)).toEqual(['many', 'one'])
    })
    test('a destination that rests is not taken before its time, which is told', async () => {
      const { store, now, pass } = await owing('crm')
      await current().sync('members', ['ann'], { cohort: 'other' })
      const [turn] = await claim('first', 60)
      const until = new Date(now().getTime() + 60_000)
      await store.restDestination(turn!, until)
      await store.endTurn(turn!)
      expect(await claim('second', 60)).toEqual([])
      expect(await store.nextFeedDueAt(now())).toEqual(until)
      pass(60)
      expect(await claim('second', 60)).toHaveLength(1)
    })
    test('a destination that rests keeps no other waiting, and rests whatever changes meanwhile', async () => {
      const { store, now, sync, pass } = await owing('crm', 'push')
      const turns = await claim('first', 60)
      const crm = turns.find(({ destinationId }) => destinationId === 'crm')!
      await store.restDestination(crm, new Date(now().getTime() + 60_000))
      for (const turn of turns) await store.endTurn(turn)
      await sync('add_members', ['bob'])
      pass(59.999)
      expect(await claim('second', 0)).toMatchObject([{ destinationId: 'push' }])
      pass(0.001)
      expect(await claim('second', 0)).toHaveLength(2)
    })
    test('of a feed that waits and a destination that rests, the sooner one is next', async () => {
      const { store, now, sync } = await owing('crm')
      await sync('members', ['ann'], { cohort: 'other' })
      const [turn] = await claim('first', 60)
      const [sooner, later] = [20, 30].map((seconds) => new Date(now().getTime() + seconds * 1000))
      await store.postponeFeed(turn!, { dueAt: sooner!, attempts: 1, reason: 'down' })
      await store.restDestination(turn!, later!)
      expect(await store.nextFeedDueAt(now())).toEqual(sooner)
      expect(await store.nextFeedDueAt(sooner!)).toEqual(later)
    })
    test('of two rests the newest counts, also where it is shorter', async () => {
      const { store, now, pass } = await owing('crm')
      const [turn] = await claim('first', 60)
      for (const seconds of [600, 30])
        await store.restDestination(turn!, new Date(now().getTime() + seconds * 1000))
      await store.endTurn(turn!)
      pass(30)
      expect(await claim('second', 60)).toHaveLength(1)
    })
  })
}
