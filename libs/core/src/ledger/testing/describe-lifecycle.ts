import { describe, expect, test } from 'vitest'
import type { DestinationUpdate } from '../../delivery/destination-store.ts'
import type { FeedTurn } from '../../delivery/feed-turn.ts'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import { recordings } from './former-holder.ts'
import type { LedgerWorld } from './ledger-world.ts'

const names = Object.keys(recordings) as (keyof typeof recordings)[]
const byPhone = [{ property: 'phone', kind: 'phone' as const }]
const byEmail = [{ property: 'email', kind: 'email' as const }]
const ann = { mixpanel_distinct_id: 'ann', email: 'ann@example.com', phone: '+493012345' }

/** What becomes of destinations that are there; part of the ledger suite. */
export const describeLifecycle = (current: () => LedgerWorld): void => {
  const claim = (seconds = 0) =>
    current().store.claimFeeds(current().now(), { holder: 'worker', seconds, limit: 10 })
  const update = (asked: Omit<DestinationUpdate, 'at'>, id = 'crm') =>
    current().store.updateDestination('acme', id, { at: current().now(), ...asked })
  const found = async (id = 'crm') => current().store.findDestination(id)
  const read = async (turn: FeedTurn) => current().store.readBatch(turn, current().now(), 10)
  /** Ann and Bob were told, Cid is owed. */
  const told = async () => {
    const world = current()
    await world.destination()
    await world.sync('members', [ann, 'bob'])
    const [turn] = await claim()
    await world.store.recordAudience(turn!, 'list-1')
    await world.deliver()
    await world.sync('add_members', ['cid'])
    return world
  }

  describe('a destination that is paused', () => {
    test('is not taken, says so, and owes the same after it is resumed', async () => {
      const { store, now, cohort, pass } = await told()
      const since = now()
      expect(await store.pauseDestination('acme', 'crm', since)).toBe(true)
      pass(60)
      expect(await store.pauseDestination('acme', 'crm', now())).toBe(true)
      expect(await claim()).toEqual([])
      expect(await found()).toMatchObject({ pausedSince: since, version: 1 })
      expect((await cohort())?.destinations).toMatchObject([{ pausedSince: since, owed: 1 }])
      expect(await store.resumeDestination('acme', 'crm', now())).toBe(true)
      expect(await store.resumeDestination('acme', 'crm', now())).toBe(true)
      expect(await found()).toMatchObject({ pausedSince: null })
      expect((await current().deliver())?.changes).toMatchObject([{ id: 'cid' }])
    })
    test('is not taken for what comes meanwhile, in a new cohort either', async () => {
      const { store, now, sync } = await told()
      await store.pauseDestination('acme', 'crm', now())
      await sync('add_members', ['dan'])
      await sync('members', ['eve'], { cohort: 'new' })
      expect(await claim()).toEqual([])
      await store.resumeDestination('acme', 'crm', now())
      expect((await current().deliver())?.changes).toMatchObject([{ id: 'cid' }, { id: 'dan' }])
      expect((await current().deliver())?.changes).toMatchObject([{ id: 'eve' }])
    })
    test.each(names)('%s of a turn under way is recorded, and no other begins', async (name) => {
      const { store, now } = await told()
      const [turn] = await claim(60)
      await store.pauseDestination('acme', 'crm', now())
      await expect(recordings[name](current(), turn!)).resolves.toBeUndefined()
      await store.endTurn(turn!)
      expect(await claim()).toEqual([])
    })
    test('leaves others alone, and is not found by another account', async () => {
      const { store, now, destination } = await told()
      await destination('push')
      expect(await store.pauseDestination('globex', 'crm', now())).toBe(false)
      expect(await store.pauseDestination('acme', 'none', now())).toBe(false)
      expect(await store.resumeDestination('globex', 'crm', now())).toBe(false)
      await store.pauseDestination('acme', 'crm', now())
      expect(await claim()).toMatchObject([{ destinationId: 'push' }])
    })
    test('is tried at once when it is resumed, whatever it waited for', async () => {
      const { store, now, pass } = await told()
      const [turn] = await claim()
      const later = new Date(now().getTime() + 3_600_000)
      await store.postponeFeed(turn!, { dueAt: later, attempts: 5, reason: 'unauthorized: no' })
      await store.restDestination(turn!, later)
      await store.recordAccess(turn!, 'refused', now())
      await store.pauseDestination('acme', 'crm', now())
      pass(60)
      await store.resumeDestination('acme', 'crm', now())
      expect(await found()).toMatchObject({ unauthorizedSince: null })
      expect((await current().cohort())?.destinations).toMatchObject([{ lastError: null }])
      const [next] = await claim()
      expect(await read(next!)).toMatchObject({ attempts: 0, changes: [{ id: 'cid' }] })
    })
  })

  describe('an update of a destination', () => {
    test('changes what it names and counts', async () => {
      const { pass } = await told()
      const before = await found()
      pass(1)
      expect(await update({ properties: ['plan'] })).toBe('updated')
      expect(await found()).toEqual({ ...before, properties: ['plan'], version: 2 })
      expect(await update({ sealedSettings: 'new', identity: byPhone })).toBe('updated')
      const both = { sealedSettings: 'new', identity: byPhone }
      expect(await found()).toEqual({ ...before, properties: ['plan'], ...both, version: 3 })
    })
    test('of another version, of nothing and of another account changes nothing', async () => {
      const { store, now } = await told()
      expect(await update({ properties: [], version: 1 })).toBe('updated')
      const before = await found()
      expect(await update({ identity: byPhone, version: 1 })).toBe('changed-meanwhile')
      expect(await update({ identity: byPhone }, 'none')).toBe('unknown')
      const asked = { at: now(), identity: byPhone }
      expect(await store.updateDestination('globex', 'crm', asked)).toBe('unknown')
      expect(await found()).toEqual(before)
    })
    test('is one of those that are made at once, never a mix', async () => {
      await told()
      const asked = Array.from({ length: 6 }, (_, index) => ({
        sealedSettings: `settings-${index}`,
        properties: [`property-${index}`],
      }))
      const answers = await Promise.all(asked.map((one) => update({ ...one, version: 1 })))
      expect(answers.filter((answer) => answer === 'updated')).toHaveLength(1)
      const { sealedSettings, properties } = (await found())!
      expect(asked).toContainEqual({ sealedSettings, properties })
      await Promise.all(asked.map((one) => update(one)))
      const last = (await found())!
      expect(last.version).toBe(8)
      expect(asked).toContainEqual({ sealedSettings: last.sealedSettings, properties: last.properties })
    })
    test.each(names)('%s of a turn under way is refused and changes nothing', async (name) => {
      const { store, cohort } = await told()
      const [turn] = await claim(60)
      await update({ identity: byPhone })
      expect(await read(turn!)).toBeUndefined()
      const seen = async () => JSON.stringify([await found(), await cohort()])
      const before = await seen()
      await expect(recorded(name, turn!)).rejects.toThrow(LeaseLostError)
      expect(await seen()).toBe(before)
      expect(await claim()).toEqual([])
      await store.endTurn(turn!)
      expect(await claim()).toHaveLength(1)
    })
    test('to another place tells everybody again there, and takes back who left meanwhile', async () => {
      const { sync } = await told()
      await sync('remove_members', ['bob'])
      await update({ sealedSettings: 'elsewhere' })
      const [turn] = await claim()
      const batch = (await read(turn!))!
      expect(batch).toMatchObject({
        audienceId: null,
        begin: 0,
        formerViews: [{ identity: byEmail, properties: 'all' }],
        changes: [
          { id: 'ann', isTold: false },
          { id: 'cid', isTold: false },
          { id: 'bob', present: false },
        ],
      })
    })
    test('to the same place keeps what is known there, and tries at once', async () => {
      const { store, now } = await told()
      const [turn] = await claim()
      const later = new Date(now().getTime() + 3_600_000)
      await store.postponeFeed(turn!, { dueAt: later, attempts: 5, reason: 'unauthorized: no' })
      await store.restDestination(turn!, later)
      await store.recordAccess(turn!, 'refused', now())
      await update({ sealedSettings: 'renewed', isSamePlace: true })
      expect(await found()).toMatchObject({ unauthorizedSince: null, sealedSettings: 'renewed' })
      const [next] = await claim()
      expect(await read(next!)).toMatchObject({
        audienceId: 'list-1',
        attempts: 0,
        formerViews: [],
        changes: [{ id: 'cid' }],
      })
    })
    test('of whom it knows people by looks at everybody again, and remembers how it saw them until the end', async () => {
      const { deliver } = await told()
      await update({ identity: byPhone })
      await update({ properties: [] })
      await update({ identity: byEmail, properties: 'all' })
      await update({ identity: byPhone, properties: [] })
      const formerViews = [
        { identity: byEmail, properties: 'all' },
        { identity: byPhone, properties: 'all' },
        { identity: byPhone, properties: [] },
      ]
      const [first] = await claim()
      expect(await read(first!)).toMatchObject({
        audienceId: 'list-1',
        begin: 0,
        formerViews,
        changes: [
          { id: 'ann', isTold: true },
          { id: 'bob', isTold: true },
          { id: 'cid', isTold: false },
        ],
      })
      await deliver(2)
      expect(await deliver(2)).toMatchObject({ formerViews })
      await current().sync('add_members', ['dan'])
      expect(await deliver()).toMatchObject({ formerViews: [], changes: [{ id: 'dan' }] })
    })
    test('that changes nothing sends nothing again, and nothing is remembered that was never told', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann])
      await update({ identity: byPhone })
      await update({ identity: byPhone })
      expect(await world.deliver()).toMatchObject({ formerViews: [], changes: [{ id: 'ann' }] })
      await update({ identity: byPhone })
      expect(await claim()).toEqual([])
    })
    test('keeps what replaced properties were told, though nothing was told since', async () => {
      const world = await told()
      await update({ sealedSettings: 'elsewhere' })
      await world.sync('add_members', [{ ...ann, email: 'new@example.com' }])
      expect((await world.deliver())?.changes.at(-1)).toMatchObject({
        id: 'ann',
        formerProperties: ['{"email":"ann@example.com"}'].map((text) =>
          expect.stringContaining(text.slice(1, -1)),
        ),
      })
    })
    test('to properties that were not kept so far makes later destinations ask for a full set', async () => {
      const world = current()
      await world.destination('crm', 'acme', { properties: [] })
      world.pass(60)
      await world.sync('members', [ann])
      world.pass(60)
      expect(await world.destination('same', 'acme', { properties: [] })).toEqual({ needsFullSync: false })
      await update({ properties: ['plan'] })
      world.pass(60)
      expect(await world.destination('late', 'acme', { properties: ['plan'] })).toEqual({
        needsFullSync: true,
      })
    })
  })

  const recorded = (name: keyof typeof recordings, turn: FeedTurn): Promise<void> =>
    name === 'outcomes'
      ? current().store.recordOutcomes(turn, {
          at: current().now(),
          cursor: 99,
          delivered: 1,
          settled: [],
          failures: [],
        })
      : recordings[name](current(), turn)
}
