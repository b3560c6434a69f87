import { beforeEach, describe, expect, test } from 'vitest'
import type { LedgerWorld } from './ledger-world.ts'

const ten = Array.from({ length: 10 }, (_, index) => `m${index}`)
const limits = { massRemovalPercent: 50, massRemovalMembers: 3 }

/** Removals that are so many that they wait for approval. */
export const describeMassRemovals = (current: () => LedgerWorld): void => {
  describe('mass removals', () => {
    let world: LedgerWorld
    const held = async () => (await world.cohort())?.heldRemovals
    beforeEach(async () => {
      world = current()
      await world.settings(limits)
      await world.sync('members', ten)
    })

    test('of a full set wait for approval while its additions go on', async () => {
      await world.sync('members', ['m0', 'new'])
      expect(await world.members()).toEqual([...ten, 'new'])
      expect(await held()).toEqual({ members: 9, since: world.now(), plan: expect.any(String) })
    })
    test('are noticed by that check when nothing is held (negative control)', async () => {
      await world.settings({ ...limits, massRemovalPercent: 100 })
      await world.sync('members', ['m0', 'new'])
      expect(await world.members()).not.toEqual([...ten, 'new'])
      expect(await held()).toBeNull()
    })
    test('of a remove half wait for approval while its additions go on', async () => {
      await world.sync('add_members', ['new'], { session: 's' })
      await world.sync('remove_members', ten.slice(1), { session: 's' })
      expect(await world.members()).toEqual([...ten, 'new'])
      expect(await held()).toMatchObject({ members: 9 })
    })
    test('are judged by all pages of a half together', async () => {
      for (const page of [1, 2, 3])
        await world.send('remove_members', ten.slice(page * 2, page * 2 + 2), {
          session: 's',
          page: [page, 3],
        })
      await world.apply()
      expect(await held()).toMatchObject({ members: 6 })
    })
    test.each([
      ['replace', 'members'],
      ['merge', 'remove_members'],
    ] as const)(
      'of pages without a session wait too, in an account that would %s',
      async (membersAction, action) => {
        await world.settings({ ...limits, membersAction })
        await world.sync(action, action === 'members' ? ['m0'] : ten.slice(1), {
          session: undefined,
          page: undefined,
        })
        expect(await held()).toMatchObject({ members: 9 })
      },
    )
    test('of pages without a total wait from where they are too many', async () => {
      await world.sync('remove_members', ten.slice(0, 5), { session: 's', page: undefined })
      await world.sync('remove_members', ten.slice(5), { session: 's', page: undefined })
      world.pass(301)
      await world.apply()
      expect(await world.members()).toEqual(ten.slice(5))
      expect(await held()).toMatchObject({ members: 5 })
    })
    test.each([
      ['half of the cohort', limits, 5],
      ['as many as may go', { ...limits, massRemovalMembers: 9 }, 9],
      ['all, where 100 % turns it off', { ...limits, massRemovalPercent: 100 }, 10],
    ])('%s are carried out at once', async (_name, settings, leaving) => {
      await world.settings(settings)
      await world.sync('members', ten.slice(leaving))
      expect(await world.members()).toEqual(ten.slice(leaving))
      expect(await held()).toBeNull()
      await world.sync('members', ten)
      await world.sync('remove_members', ten.slice(0, leaving))
      expect(await world.members()).toEqual(ten.slice(leaving))
    })
    test('the size before the sync counts, not its additions', async () => {
      const others = ten.map((id) => `other-${id}`)
      await world.sync('members', others)
      expect(await held()).toMatchObject({ members: 10 })
    })
    test('a first sync is not held', async () => {
      const first = { cohort: 'young', session: 's', page: undefined }
      await world.sync('add_members', ten, first)
      await world.sync('remove_members', ten.slice(1), first)
      expect(await world.members({ cohort: 'young' })).toEqual(['m0'])
    })
    test('the receipts of later pages tell it, and decide as before', async () => {
      const page = { session: 's', page: [1, 2] } as const
      expect(await world.send('add_members', ['new'], page)).toMatchObject({ held: false })
      await world.sync('members', ['m0'])
      const receipt = await world.send('add_members', ['new'], { ...page, session: 't' })
      expect(receipt).toEqual({ decision: 'stored', altered: null, canApply: false, held: true })
    })

    test.each([['members'], ['remove_members']])('of %s are carried out once approved', async (action) => {
      await world.sync(action, action === 'members' ? ['m0'] : ten.slice(1))
      expect(await world.approve()).toBe('approved')
      const steps = await world.apply()
      expect(steps).toMatchObject([{ approved: true, finished: true, removed: 9 }])
      expect(await world.members()).toEqual(['m0'])
      expect(await held()).toBeNull()
    })
    test('destinations are told of removals only once they are carried out', async () => {
      await world.destination()
      await world.deliver()
      await world.sync('members', ['m0'])
      expect(await world.deliver()).toBeUndefined()
      await world.approve()
      await world.apply()
      expect((await world.deliver())?.changes.filter(({ present }) => !present)).toHaveLength(9)
    })
    test('a plan is approved once, and never for another cohort or account', async () => {
      await world.sync('members', ['m0'])
      await world.sync('members', ten, { cohort: 'other' })
      expect(await world.approve(undefined, { cohort: 'other' })).toBe('no-such-plan')
      expect(await world.approve(undefined, { account: 'globex' })).toBe('no-such-plan')
      for (const plan of ['nothing', '1\0', '\ud800', '9'.repeat(100)])
        expect(await world.approve(plan)).toBe('no-such-plan')
      const plan = (await held())!.plan
      expect(await world.approve(plan)).toBe('approved')
      expect(await world.approve(plan)).toBe('no-such-plan')
    })
    test('a newer full set replaces the plan, and its own removals are judged anew', async () => {
      await world.sync('members', ['m0'])
      const { plan } = (await held())!
      await world.sync('members', ['m0', 'm1'])
      expect(await held()).toMatchObject({ members: 8 })
      expect(await world.approve(plan)).toBe('superseded')
      await world.sync('members', ten.slice(0, 6))
      expect(await held()).toBeNull()
      expect(await world.members()).toEqual(ten.slice(0, 6))
    })
    test('a newer half that is held takes the removals over that wait', async () => {
      await world.sync('remove_members', ten.slice(0, 6), { session: 'one' })
      const { plan } = (await held())!
      await world.sync('remove_members', ten.slice(0, 8), { session: 'two' })
      expect(await world.approve(plan)).toBe('superseded')
      expect(await held()).toMatchObject({ members: 8 })
    })
    test('whoever is named again stays', async () => {
      await world.sync('members', ['m0'])
      await world.sync('add_members', ['m5'])
      await world.approve()
      await world.apply()
      expect(await world.members()).toEqual(['m0', 'm5'])
    })
    test('waiting removals count as carried out when a later sync is judged', async () => {
      await pair('one', { add: [], remove: ten.slice(1) })
      await pair('two', { add: ['m5', 'new'], remove: ['m0'] })
      expect(await world.cohort()).toMatchObject({ needsReconcile: null })
      await world.approve()
      await world.apply()
      await pair('three', { add: ['m6'], remove: ['m5'] })
      expect(await world.cohort()).toMatchObject({ needsReconcile: null })
      expect(await world.members()).toEqual(['m6', 'new'])
    })
    test('a half that failed in the eyes of Mixpanel takes its waiting removals along', async () => {
      await pair('one', { add: ['new'], remove: [] })
      await world.sync('remove_members', ten.slice(1), { session: 'failed' })
      expect(await held()).toMatchObject({ members: 9 })
      await pair('two', { add: [], remove: ['m0'] })
      expect(await held()).toBeNull()
      expect(await world.members()).toEqual([...ten.slice(1), 'new'])
    })

    const pair = async (session: string, { add, remove }: { add: string[]; remove: string[] }) => {
      await world.sync('add_members', add, { session })
      await world.sync('remove_members', remove, { session })
    }
  })
}
