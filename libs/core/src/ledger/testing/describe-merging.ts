import { beforeEach, describe, expect, test } from 'vitest'
import type { LedgerWorld } from './ledger-world.ts'

/** An account whose `members` pages only add. */
export const describeMerging = (current: () => LedgerWorld): void => {
  describe('an account that merges', () => {
    beforeEach(async () => {
      await current().settings({ membersAction: 'merge' })
    })

    test('members adds and alters and never removes', async () => {
      const world = current()
      await world.sync('members', ['ann', 'bob'])
      await world.sync('members', [{ mixpanel_distinct_id: 'bob', plan: 'pro' }, 'cid'])
      expect(await world.members()).toEqual(['ann', 'bob', 'cid'])
    })
    test('remove_members removes', async () => {
      const world = current()
      await world.sync('members', ['ann', 'bob'])
      await world.sync('remove_members', ['ann'])
      expect(await world.members()).toEqual(['bob'])
    })
    test('removals and additions that overlap in time do not end each other', async () => {
      const world = current()
      await world.sync('members', ['ann', 'bob'])
      await world.send('remove_members', ['ann'], { session: 'r', page: [1, 2] })
      await world.send('members', ['cid'], { session: 'm', page: [1, 2] })
      await world.send('remove_members', ['bob'], { session: 'r', page: [2, 2] })
      await world.send('members', ['dan'], { session: 'm', page: [2, 2] })
      await world.apply()
      expect(await world.members()).toEqual(['cid', 'dan'])
    })
    test('nothing is taken back for want of another half', async () => {
      const world = current()
      for (const [session, id] of [
        ['one', 'ann'],
        ['two', 'bob'],
      ] as const) {
        await world.sync('add_members', [id], { session })
        await world.sync('remove_members', [], { session })
      }
      await world.sync('add_members', ['cid'], { session: 'three' })
      await world.sync('add_members', ['dan'], { session: 'four' })
      await world.sync('remove_members', [], { session: 'four' })
      expect(await world.members()).toEqual(['ann', 'bob', 'cid', 'dan'])
    })
    test('a changed setting holds for what is applied from then on', async () => {
      const world = current()
      await world.sync('members', ['ann'])
      await world.send('members', ['bob'], { session: 's', page: [1, 1] })
      await world.settings({ membersAction: 'replace' })
      await world.apply()
      expect(await world.members()).toEqual(['bob'])
    })
  })

  test('an account that replaces removes what a full set no longer names (negative control)', async () => {
    const world = current()
    await world.sync('members', ['ann'])
    await world.sync('members', ['bob'])
    expect(await world.members()).toEqual(['bob'])
  })
}
