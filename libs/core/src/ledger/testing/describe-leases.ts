import { describe, expect, test } from 'vitest'
import type { FeedStore } from '../../delivery/feed-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** What a worker that is not the newest holder may try. */
const recordings = {
  recordAudience: (store, turn) => store.recordAudience(turn, 'list-of-a-zombie'),
  recordOutcomes: (store, turn) =>
    store.recordOutcomes(turn, { at: new Date(0), cursor: 1, delivered: 1, settled: [], failures: [] }),
  postponeFeed: (store, turn) =>
    store.postponeFeed(turn, { dueAt: new Date(8e15), attempts: 9, reason: 'zombie' }),
  restDestination: (store, turn) => store.restDestination(turn, new Date(8e15)),
  recordAccess: (store, turn) => store.recordAccess(turn, 'refused', new Date(0)),
} satisfies Partial<Record<keyof FeedStore, (store: FeedStore, turn: FeedTurn) => Promise<void>>>

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
  /** A turn whose lease ran out and was taken by another worker. */
  const zombie = async (): Promise<[FeedTurn, FeedTurn]> => {
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
      const [first, second] = await zombie()
      expect(second.lease).toBeGreaterThan(first.lease)
    })
    test.each(names)('%s of a worker that was replaced is refused and changes nothing', async (name) => {
      const [first, second] = await zombie()
      const { store, cohort, now } = current()
      const known = async () => [
        await cohort(),
        await store.readBatch(second, now(), 10),
        await store.findDestination('crm'),
      ]
      const before = await known()
      await expect(recordings[name](store, first)).rejects.toThrow(LeaseLostError)
      expect(await known()).toEqual(before)
      await store.endTurn(second)
      expect(await claim('third', 60)).toHaveLength(1)
    })
    test.each(names)('%s of the newest holder is recorded, even when its lease ran out', async (name) => {
      await owing('crm')
      const [turn] = await claim('first', 0)
      await expect(recordings[name](current().store, turn!)).resolves.toBeUndefined()
    })
    test('renewing holds a destination, and says when it was lost', async () => {
      const [first, second] = await zombie()
      const { store } = current()
      expect(await store.renewLease(first, 60)).toBe(false)
      expect(await store.renewLease(second, 0)).toBe(true)
      expect(await claim('third', 60)).toHaveLength(1)
      expect(await store.renewLease(second, 60)).toBe(false)
    })
    test('a worker that was replaced gives nothing back', async () => {
      const [first] = await zombie()
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
  })
}
