import { expect, test } from 'vitest'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { describeLedger } from '../../ledger/testing/describe-ledger.ts'
import { allRecorded, recordAsFormerHolder } from '../../ledger/testing/former-holder.ts'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import type { Store } from '../store.ts'
import { createMemoryStore } from './memory-store.ts'

describeLedger('the store in memory', async () => createMemoryStore())

/** A store that takes what a turn records for that of the newest one. */
const withoutFence = (store: Store): Store => {
  const newest = new Map<string, number>()
  const unfenced = (turn: FeedTurn): FeedTurn => ({ ...turn, lease: newest.get(turn.destinationId)! })
  return {
    ...store,
    claimFeeds: async (now, claim) => {
      const turns = await store.claimFeeds(now, claim)
      for (const { destinationId, lease } of turns) newest.set(destinationId, lease)
      return turns
    },
    recordAudience: (turn, audienceId) => store.recordAudience(unfenced(turn), audienceId),
    recordOutcomes: (turn, outcomes) => store.recordOutcomes(unfenced(turn), outcomes),
    postponeFeed: (turn, postponement) => store.postponeFeed(unfenced(turn), postponement),
    restDestination: (turn, until) => store.restDestination(unfenced(turn), until),
    recordAccess: (turn, access, at) => store.recordAccess(unfenced(turn), access, at),
  }
}

test('a store without a fence would be noticed, whatever it is that a former holder records', async () => {
  const world = await ledgerWorld(withoutFence(createMemoryStore()))
  expect(await recordAsFormerHolder(world)).toEqual(allRecorded)
})

test('a lease lasts by the clock of the store, not by the time that a claim names', async () => {
  let clock = 0
  const world = await ledgerWorld(createMemoryStore({ clock: () => clock }))
  await world.destination()
  await world.sync('members', ['ann'])
  const claim = () => world.store.claimFeeds(world.now(), { holder: 'worker', seconds: 15, limit: 1 })
  expect(await claim()).toHaveLength(1)
  world.pass(3600)
  clock = 14_999
  expect(await claim()).toEqual([])
  clock = 15_000
  expect(await claim()).toHaveLength(1)
})
