import { describe, expect, test } from 'vitest'
import { LeaseLostError } from '../../delivery/lease-lost-error.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** How destinations and accounts are deleted; part of the ledger suite. */
export const describeDeletions = (current: () => LedgerWorld): void => {
  const claim = (seconds = 0) =>
    current().store.claimFeeds(current().now(), { holder: 'worker', seconds, limit: 10 })
  const remove = (drain: boolean, id = 'crm', account = 'acme') =>
    current().store.deleteDestination(account, id, { at: current().now(), drain })
  const removeAccount = (drain: boolean, id = 'acme') =>
    current().store.deleteAccount(id, { at: current().now(), drain })
  const clear = async (): Promise<number> => {
    let steps = 0
    while (await current().store.clearDeleted()) steps++
    return steps
  }
  const listed = async (account = 'acme') =>
    (await current().store.listDestinations(account)).map(({ id }) => id)
  /** Ann and Bob were told, Cid is owed. */
  const told = async (id = 'crm', account = 'acme') => {
    const world = current()
    await world.destination(id, account)
    await world.sync('members', ['ann', 'bob'], { account })
    const [turn] = await claim()
    await world.store.recordAudience(turn!, `list of ${id}`)
    await world.deliver()
    await world.sync('add_members', ['cid'], { account })
    return world
  }

  describe('a destination that is deleted', () => {
    test('with draining is served until everybody was looked at again, and goes then', async () => {
      const { store, now, cohort, pass } = await told()
      const since = now()
      expect(await remove(true)).toBe(true)
      pass(60)
      expect(await remove(true)).toBe(true)
      expect(await store.findDestination('crm')).toMatchObject({ drainingSince: since, version: 2 })
      expect((await cohort())?.destinations).toMatchObject([{ id: 'crm', drainingSince: since }])
      expect(await clear()).toBe(0)
      const batch = await current().deliver()
      expect(batch?.changes.map(({ id }) => id)).toEqual(['ann', 'bob', 'cid'])
      expect(await clear()).toBeGreaterThan(0)
      expect(await listed()).toEqual([])
      expect((await cohort())?.destinations).toEqual([])
      expect(await claim()).toEqual([])
    })
    test('stays until a member is taken back who could not be', async () => {
      const { store, now, pass } = await told()
      await remove(true)
      const [turn] = await claim(60)
      const batch = (await store.readBatch(turn!, now(), 10))!
      const dueAt = new Date(now().getTime() + 60_000)
      const { memberRow } = batch.changes[0]!
      const failure = { memberRow, kind: 'retry' as const, reason: 'later', attempts: 1, formerMembers: [] }
      const outcomes = { at: now(), cursor: batch.cursor, delivered: 0, settled: [] }
      await store.recordOutcomes(batch, { ...outcomes, failures: [{ ...failure, dueAt }] })
      await store.endTurn(batch)
      expect(await clear()).toBe(0)
      pass(60)
      expect((await current().deliver())?.changes).toMatchObject([{ id: 'ann' }])
      expect(await clear()).toBeGreaterThan(0)
      expect(await listed()).toEqual([])
    })
    test('with draining takes back those who left and were not told so', async () => {
      const { sync, deliver } = await told()
      await sync('remove_members', ['bob'])
      await remove(true)
      const batch = await deliver()
      expect(batch?.changes.map(({ id, present }) => `${id} ${present}`)).toEqual([
        'ann true',
        'cid true',
        'bob false',
      ])
    })
    test('with draining is called for nothing where nobody was told', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', ['ann'])
      await remove(true)
      expect(await claim()).toEqual([])
      expect(await clear()).toBeGreaterThan(0)
      expect(await listed()).toEqual([])
    })
    test('with draining drains also while it is paused', async () => {
      const { store, now } = await told()
      await store.pauseDestination('acme', 'crm', now())
      await remove(true)
      expect(await store.findDestination('crm')).toMatchObject({ pausedSince: null })
      expect(await claim()).toHaveLength(1)
    })
    test('is not told of a cohort that comes while it drains', async () => {
      const { sync, store } = await told()
      await remove(true)
      await sync('members', ['eve'], { cohort: 'new' })
      const cohorts = await store.listCohorts('acme')
      expect(cohorts.map(({ cohortId, destinations }) => `${cohortId} ${destinations.length}`)).toEqual([
        'new 0',
        'trial 1',
      ])
    })
    test('without draining is gone at once, also while it drains', async () => {
      const { cohort } = await told()
      await remove(true)
      expect(await remove(false)).toBe(true)
      expect(await listed()).toEqual([])
      expect((await cohort())?.destinations).toEqual([])
      expect(await claim()).toEqual([])
      expect(await remove(false)).toBe(false)
      expect(await clear()).toBeGreaterThan(0)
      await current().destination('crm')
      expect(await current().deliver()).toMatchObject({ audienceId: null, begin: 0 })
    })
    test.each([true, false])('refuses what a turn under way records, draining or not: %s', async (drain) => {
      const { store, now } = await told()
      const [turn] = await claim(60)
      const batch = (await store.readBatch(turn!, now(), 10))!
      await remove(drain)
      const nothing = { at: now(), cursor: batch.cursor, delivered: 0, settled: [], failures: [] }
      await expect(store.recordOutcomes(batch, nothing)).rejects.toThrow(LeaseLostError)
      await store.endTurn(batch)
      expect((await current().deliver())?.changes.length).toBe(drain ? 3 : undefined)
      await clear()
      await expect(store.recordOutcomes(batch, nothing)).rejects.toThrow(LeaseLostError)
      await expect(store.recordAudience(batch, 'late')).rejects.toThrow(LeaseLostError)
      expect(await store.readBatch(batch, now(), 10)).toBeUndefined()
      expect(await listed()).toEqual([])
    })
    test('is not one of another account, and leaves the others alone', async () => {
      const { destination } = await told()
      await destination('push')
      expect(await remove(true, 'crm', 'globex')).toBe(false)
      expect(await remove(false, 'none')).toBe(false)
      await remove(false)
      await clear()
      expect(await listed()).toEqual(['push'])
      expect((await current().deliver())?.destinationId).toBe('push')
    })
  })

  describe('an account that is deleted', () => {
    const key = async (account: string) => (await current().store.listKeys(account))[0]!

    test('has keys that open nothing, and cannot be changed', async () => {
      const { store, now, pass } = await told()
      const { keyId } = await key('acme')
      const since = now()
      expect(await removeAccount(true)).toBe(true)
      pass(60)
      expect(await removeAccount(true)).toBe(true)
      expect(await store.findKey(keyId)).toMatchObject({ revokedAt: since })
      expect(await key('acme')).toMatchObject({ revokedAt: since })
      expect(await store.findAccount('acme')).toMatchObject({ deletingSince: since })
      expect(await store.listAccounts({ limit: 9 })).toMatchObject([
        { id: 'acme', deletingSince: since },
        { id: 'globex', deletingSince: null },
      ])
      expect(await store.changeAccount('acme', { name: 'x' })).toBe(false)
      expect((await key('globex')).revokedAt).toBeNull()
    })
    test('takes no page and applies none', async () => {
      const { store, send, sync, apply } = await told()
      await send('members', ['late'], { session: 'whole', page: [1, 1] })
      await removeAccount(true)
      expect(await apply()).toEqual([])
      expect(await send('members', ['eve'], { session: 's', page: [1, 1] })).toEqual({
        decision: 'no-account',
        altered: null,
        canApply: false,
        held: false,
      })
      expect(await sync('members', ['eve'], { cohort: 'new' })).toMatchObject({ decision: 'no-account' })
      expect(await store.listCohorts('acme')).toHaveLength(1)
      expect(await sync('members', ['eve'], { account: 'globex' })).toMatchObject({ decision: 'whole' })
    })
    test('drains its destinations first, also when it is disabled, and is gone then', async () => {
      const { store, settings, cohort } = await told()
      const { keyId } = await key('acme')
      await settings({ disabled: true })
      await removeAccount(true)
      expect(await clear()).toBe(0)
      expect((await cohort())?.members).toBe(3)
      expect((await current().deliver())?.changes).toHaveLength(3)
      expect(await clear()).toBeGreaterThan(0)
      expect(await store.findAccount('acme')).toBeUndefined()
      expect(await store.findKey(keyId)).toBeUndefined()
      expect(await store.listCohorts('acme')).toEqual([])
      expect(await listed()).toEqual([])
      expect(await removeAccount(true)).toBe(false)
      expect(await store.countAccounts()).toBe(1)
    })
    test('is gone without a call where nothing is to be drained, also while it drains', async () => {
      const { store } = await told()
      await removeAccount(true)
      await removeAccount(false)
      expect(await claim()).toEqual([])
      await clear()
      expect(await store.findAccount('acme')).toBeUndefined()
    })
    test('stays gone, whatever comes while it is cleared', async () => {
      const { store, send, destination, now } = await told()
      await removeAccount(false)
      let comes = 0
      do {
        await send('members', [`late-${comes}`], {
          session: `s${comes}`,
          page: [1, 1],
          cohort: `c${comes++}`,
        })
        await send('members', ['late'], { session: `t${comes}`, page: [1, 1] })
        await store.recordReply('acme', null, { at: now(), status: 401, condition: 'unknown-key' })
        if (comes === 1) await destination('late')
      } while (await store.clearDeleted())
      expect(await store.findAccount('acme')).toBeUndefined()
      expect(await store.listCohorts('acme')).toEqual([])
      expect(await listed()).toEqual([])
      expect(await claim()).toEqual([])
    })
    test('leaves the other one as it is', async () => {
      const world = await told()
      await world.destination('other', 'globex')
      await world.sync('members', ['dan'], { account: 'globex' })
      const seen = async () => ({
        account: await world.store.findAccount('globex'),
        keys: await world.store.listKeys('globex'),
        destinations: await world.store.listDestinations('globex'),
        cohorts: await world.store.listCohorts('globex'),
        members: await world.members({ account: 'globex' }),
      })
      const before = await seen()
      await removeAccount(false)
      await clear()
      expect(await seen()).toEqual(before)
      expect((await world.deliver())?.changes).toMatchObject([{ id: 'dan' }])
      expect(await removeAccount(false, 'nobody')).toBe(false)
    })
  })
}
