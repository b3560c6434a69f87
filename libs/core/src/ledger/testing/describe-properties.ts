import { describe, expect, test } from 'vitest'
import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { MappedProperties } from '../../identity/mapped-properties.ts'
import type { LedgerWorld } from './ledger-world.ts'

const ann = {
  mixpanel_distinct_id: 'ann',
  email: 'a@example.com',
  plan: 'pro',
  città: { a: [1, null] },
  n: 1,
}
const everything = '{"città":{"a":[1,null]},"email":"a@example.com","n":1,"plan":"pro"}'

/** What a store keeps of members, and what it knows that destinations were told; part of the ledger suite. */
export const describeProperties = (current: () => LedgerWorld): void => {
  const keep = async (keepProperties: 'mapped' | 'all') =>
    current().store.changeAccount('acme', { settings: { ...defaultAccountSettings, keepProperties } })
  const kept = async (): Promise<string | undefined> => (await current().deliver())?.changes[0]?.properties
  /** Delivers all that is owed; what is told of each feed's first change. */
  const told = async (): Promise<(boolean | undefined)[]> => {
    const seen: (boolean | undefined)[] = []
    for (let batch = await current().deliver(); batch; batch = await current().deliver())
      seen.push(batch.changes[0]?.isTold)
    return seen
  }

  describe('properties', () => {
    test.each<[string, 'mapped' | 'all', MappedProperties[], string]>([
      ['those of the identity', 'mapped', [[]], '{"email":"a@example.com"}'],
      [
        'those that are mapped',
        'mapped',
        [['città', 'gone']],
        '{"città":{"a":[1,null]},"email":"a@example.com"}',
      ],
      [
        'those of any destination',
        'mapped',
        [['n'], ['plan']],
        '{"email":"a@example.com","n":1,"plan":"pro"}',
      ],
      ['all for one destination', 'mapped', [['n'], 'all'], everything],
      ['all for the account', 'all', [['n']], everything],
    ])('that are kept: %s', async (_name, setting, mapped, expected) => {
      await keep(setting)
      for (const [index, properties] of mapped.entries())
        await current().destination(`crm-${index}`, 'acme', { properties })
      await current().sync('members', [ann])
      expect(await kept()).toBe(expected)
    })
    test('are not kept for nobody, nor for the destination of another account', async () => {
      await current().destination('other', 'globex')
      await current().sync('members', [ann])
      expect(await current().destination('crm', 'acme')).toEqual({ needsFullSync: true })
      expect(await kept()).toBe('{}')
    })
    test('are all there for a later destination where the account keeps all', async () => {
      await keep('all')
      await current().sync('members', [ann])
      expect(await current().destination()).toEqual({ needsFullSync: false })
      expect(await kept()).toBe(everything)
    })
    test('that nothing maps make no change', async () => {
      await current().destination('crm', 'acme', { properties: ['plan'] })
      await current().sync('members', [ann])
      await current().sync('members', [{ ...ann, n: 2 }])
      expect(await current().cohort()).toMatchObject({ sequence: 1 })
    })
    test('that a new destination maps come with the next full set', async () => {
      const world = current()
      await world.destination('crm', 'acme', { properties: [] })
      expect(await world.destination('early', 'acme', { properties: ['n'] })).toEqual({
        needsFullSync: false,
      })
      world.pass(60)
      await world.sync('members', [ann])
      world.pass(60)
      expect(await world.destination('same', 'acme', { properties: ['n'] })).toEqual({ needsFullSync: false })
      expect(await world.destination('more', 'acme', { properties: ['plan'] })).toEqual({
        needsFullSync: true,
      })
      await told()
      await world.sync('members', [ann])
      expect((await world.deliver())?.changes[0]).toMatchObject({
        properties: '{"email":"a@example.com","n":1,"plan":"pro"}',
        formerProperties: ['{"email":"a@example.com","n":1}'],
        isTold: true,
      })
    })
  })

  describe('a new destination', () => {
    /** Ann was recorded before anything asked for her number; since then `early` does. */
    const setup = async () => {
      const world = current()
      await world.sync('members', [ann, 'bob'], { session: 'first' })
      world.pass(60)
      await world.destination('early', 'acme', { properties: ['n'] })
      world.pass(60)
      const needsFullSync = async () => {
        world.pass(60)
        const id = `late-${world.now().getTime()}`
        return (await world.destination(id, 'acme', { properties: ['n'] })).needsFullSync
      }
      return { ...world, needsFullSync }
    }
    test('needs a full set until one came whole after its properties began to be kept', async () => {
      const { send, apply, needsFullSync } = await setup()
      expect(await needsFullSync()).toBe(true)
      await send('members', [ann], { session: 'next', page: [1, 2] })
      await apply()
      expect(await needsFullSync()).toBe(true)
      await send('members', ['bob'], { session: 'next', page: [2, 2] })
      await apply()
      expect(await needsFullSync()).toBe(false)
    })
    test('needs one for each cohort', async () => {
      const { sync, needsFullSync } = await setup()
      await sync('members', [ann])
      expect(await needsFullSync()).toBe(false)
      await sync('members', [ann], { cohort: 'younger' })
      expect(await needsFullSync()).toBe(false)
      const { destination, pass } = current()
      await destination('other', 'acme', { properties: ['plan'] })
      pass(60)
      await sync('members', [ann])
      expect(await destination('same', 'acme', { properties: ['plan'] })).toEqual({ needsFullSync: true })
      await sync('members', [ann], { cohort: 'younger' })
      expect(await destination('again', 'acme', { properties: ['plan'] })).toEqual({ needsFullSync: false })
    })
    test.each(['add_members', 'remove_members'])('is not served by %s', async (action) => {
      const { sync, needsFullSync } = await setup()
      await sync(action, [ann])
      expect(await needsFullSync()).toBe(true)
    })
    test('is not served by a list that only adds', async () => {
      const { sync, settings, needsFullSync } = await setup()
      await settings({ membersAction: 'merge' })
      await sync('members', [ann])
      expect(await needsFullSync()).toBe(true)
    })
    test('is not served while somebody is in the cohort whose removal waits', async () => {
      const { sync, settings, needsFullSync } = await setup()
      await settings({ massRemovalPercent: 1, massRemovalMembers: 0 })
      await sync('members', [ann])
      expect(await needsFullSync()).toBe(true)
      await sync('members', [ann, 'bob'])
      expect(await needsFullSync()).toBe(false)
    })
    test('is not served by pages that are carried over from before', async () => {
      const world = current()
      await world.destination('crm', 'acme', { properties: [] })
      await world.sync('members', [ann, 'bob'], { session: 'again' })
      world.pass(60)
      await world.destination('early', 'acme', { properties: ['n'] })
      world.pass(60)
      // The export begins again under its old id: its first page is the old one, its second one is new.
      await world.send('members', [ann, 'bob'], { session: 'again', page: [1, 1] })
      await world.send('members', ['cid'], { session: 'again', page: [2, 2] })
      await world.apply()
      expect(await world.members()).toEqual(['ann', 'bob', 'cid'])
      expect(await world.destination('late', 'acme', { properties: ['n'] })).toEqual({ needsFullSync: true })
    })
  })

  describe('a destination knows a member', () => {
    test('who has only other properties since everything was delivered', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann])
      expect(await told()).toEqual([false])
      await world.sync('members', [{ ...ann, n: 2 }])
      await world.sync('members', [{ ...ann, n: 3 }])
      expect(await told()).toEqual([true])
    })
    test('not when she left in between', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann, 'bob'])
      await told()
      await world.sync('members', ['bob'])
      await world.sync('members', [{ ...ann, n: 2 }, 'bob'])
      await world.sync('members', [{ ...ann, n: 3 }, 'bob'])
      expect(await told()).toEqual([false])
    })
    test('not when she left in between, though she had changed before', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann, 'bob'])
      await told()
      await world.sync('members', [{ ...ann, n: 2 }, 'bob'])
      await told()
      await world.sync('members', ['bob'])
      await world.sync('members', [{ ...ann, n: 3 }, 'bob'])
      expect(await told()).toEqual([false])
    })
    test('not when it was told that she left', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann])
      await told()
      await world.sync('members', [{ ...ann, n: 2 }])
      await told()
      await world.sync('remove_members', ['ann'])
      expect((await world.deliver())?.changes).toMatchObject([{ id: 'ann', present: false }])
      await world.sync('add_members', [{ ...ann, n: 3 }])
      expect((await world.deliver())?.changes).toMatchObject([{ id: 'ann', present: true, isTold: false }])
    })
    test('not when she was passed over because she changed before she was delivered', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann, 'bob'])
      await world.sync('members', [{ ...ann, n: 2 }, 'bob'])
      expect((await world.deliver(1))?.changes).toMatchObject([{ id: 'bob' }])
      expect((await world.deliver(1))?.changes).toMatchObject([{ id: 'ann', isTold: false }])
    })
    test('not when she is new to this one, whatever another was told', async () => {
      const world = current()
      await world.destination('crm')
      await world.sync('members', [ann])
      await told()
      await world.destination('late')
      await world.sync('members', [{ ...ann, n: 2 }])
      expect(new Set(await told())).toEqual(new Set([false, true]))
    })
    test('not when she failed, nor after the list was lost', async () => {
      const world = current()
      await world.destination()
      await world.sync('members', [ann])
      const [owed] = await world.owed(1)
      const batch = (await world.store.readBatch(owed!, world.now(), 10))!
      const { memberRow } = batch.changes[0]!
      const failure = { memberRow, kind: 'refused' as const, reason: 'no', attempts: 1, dueAt: null }
      await world.store.recordOutcomes(batch, {
        at: world.now(),
        cursor: batch.cursor,
        delivered: 0,
        settled: [],
        failures: [{ ...failure, formerMembers: [] }],
      })
      await world.sync('members', [{ ...ann, n: 2 }])
      expect(await told()).toEqual([false])
      await world.sync('members', [{ ...ann, n: 3 }])
      const [later] = await world.owed(1)
      expect(await world.store.readBatch(later!, world.now(), 10)).toMatchObject({
        changes: [{ isTold: true }],
      })
      await world.store.recordAudience(later!, null)
      expect(await told()).toEqual([false])
    })
  })
}
