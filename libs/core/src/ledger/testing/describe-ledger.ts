import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../stores/store.ts'
import { describeAccounts } from './describe-accounts.ts'
import { describeAdmin } from './describe-admin.ts'
import { describeDeletions } from './describe-deletions.ts'
import { describeSealedSettings } from './describe-sealed-settings.ts'
import { describeFeeds } from './describe-feeds.ts'
import { describeLeases } from './describe-leases.ts'
import { describeLifecycle } from './describe-lifecycle.ts'
import { describeMassRemovals } from './describe-mass-removals.ts'
import { describeMerging } from './describe-merging.ts'
import { describeLedgerModel } from './describe-ledger-model.ts'
import { describeOnboarding } from './describe-onboarding.ts'
import { describeRules } from './describe-rules.ts'
import { describeStatus } from './describe-status.ts'
import { describeProperties } from './describe-properties.ts'
import { ledgerWorld, type LedgerWorld } from './ledger-world.ts'

/** The suite every store passes. Only a store that has passed it may stand in for another one in a test. */
export const describeLedger = (name: string, createLedger: () => Promise<Store>): void => {
  describe(`${name} keeps who is in which cohort`, () => {
    let world: LedgerWorld
    beforeEach(async () => {
      world = await ledgerWorld(await createLedger())
    })
    afterEach(() => world.store.close())

    describe('full sets', () => {
      test('a whole session becomes the cohort exactly', async () => {
        await world.sync('members', ['ann', 'bob'])
        await world.sync('members', ['bob', 'cid'])
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('nothing leaves while a page is missing', async () => {
        await world.sync('members', ['ann', 'bob'])
        await world.send('members', ['cid'], { session: 's', page: [2, 2] })
        await world.apply()
        expect(await world.members()).toEqual(['ann', 'bob'])
      })
      test.each([
        ['in order', [1, 2, 3]],
        ['backwards', [3, 2, 1]],
        ['from 0', [0, 1, 2]],
        ['with gaps', [5, 9, 7]],
      ])('pages arrive %s', async (_order, numbers) => {
        const ids = ['ann', 'bob', 'cid']
        for (const [index, number] of numbers.entries())
          await world.send('members', [ids[index]!], { session: 's', page: [number, 3] })
        await world.apply()
        expect(await world.members()).toEqual(ids)
      })
      test('the last-numbered page does not complete a session that lacks another', async () => {
        await world.sync('members', ['ann'])
        await world.send('members', ['bob'], { session: 's', page: [1, 3] })
        const receipt = await world.send('members', ['cid'], { session: 's', page: [3, 3] })
        await world.apply()
        expect(receipt.decision).toBe('stored')
        expect(await world.members()).toEqual(['ann'])
      })
      test('an empty whole session empties the cohort', async () => {
        await world.sync('members', ['ann'])
        await world.sync('members', [])
        expect(await world.members()).toEqual([])
      })
      test('without session and page_info one page is one export, also when it repeats an older one', async () => {
        const parts = { session: undefined, page: undefined }
        await world.sync('members', ['ann', 'bob'], parts)
        await world.sync('members', ['cid'], parts)
        await world.sync('members', ['ann', 'bob'], parts)
        expect(await world.members()).toEqual(['ann', 'bob'])
      })
      test('a newer session takes the place of an unfinished one, whose late page changes nothing', async () => {
        await world.send('members', ['old'], { session: 'one', page: [1, 2] })
        await world.send('members', ['new'], { session: 'two', page: [1, 1] })
        const late = await world.send('members', ['older'], { session: 'one', page: [2, 2] })
        await world.apply()
        expect(late.decision).toBe('late')
        expect(await world.members()).toEqual(['new'])
      })
      test('an export that stays unfinished for four days is given up, and begins anew under its old id', async () => {
        await world.sync('members', ['ann'])
        await world.send('members', ['bob'], { session: 's', page: [1, 2] })
        world.pass(5 * 86_400)
        await world.apply()
        expect(await world.cohort()).toMatchObject({ members: 1, openSession: false })
        await world.send('members', ['cid'], { session: 's', page: [2, 2] })
        await world.apply()
        expect(await world.members()).toEqual(['ann'])
        await world.send('members', ['bob'], { session: 's', page: [1, 2] })
        await world.apply()
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('an export whose pages come again is not given up', async () => {
        await world.send('members', ['bob'], { session: 's', page: [1, 2] })
        world.pass(3 * 86_400)
        await world.send('members', ['bob'], { session: 's', page: [1, 2] })
        world.pass(3 * 86_400)
        await world.apply()
        await world.send('members', ['cid'], { session: 's', page: [2, 2] })
        await world.apply()
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('pages without a total count at once, and who is missing leaves after silence', async () => {
        await world.sync('members', ['ann', 'bob'])
        await world.send('members', ['cid'], { session: 's', page: undefined })
        await world.send('members', ['bob'], { session: 's', page: undefined })
        await world.apply()
        expect(await world.members()).toEqual(['ann', 'bob', 'cid'])
        world.pass(301)
        await world.apply()
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('pages without a total are complete when another sync begins', async () => {
        await world.sync('members', ['ann'])
        await world.send('members', ['bob'], { session: 's', page: undefined })
        await world.sync('add_members', ['cid'])
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
    })

    describe('differences', () => {
      test('adds and removes', async () => {
        await world.sync('members', ['ann', 'bob'])
        await world.sync('add_members', ['cid'])
        await world.sync('remove_members', ['ann'])
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('add and remove of one session are two sets of pages', async () => {
        await world.sync('add_members', ['ann'], { session: 's' })
        await world.sync('remove_members', ['ann'], { session: 's' })
        expect(await world.members()).toEqual([])
      })
      test('an addition makes a cohort that was not known', async () => {
        await world.sync('add_members', ['ann'])
        expect(await world.members()).toEqual(['ann'])
      })
      test('a removal from a cohort that was not known changes nothing', async () => {
        await world.sync('remove_members', ['ann'])
        expect(await world.members()).toEqual([])
      })
      test('an empty difference of 0 pages moves the time of the last sync and nothing else', async () => {
        await world.sync('members', ['ann'])
        world.pass(60)
        await world.sync('add_members', [], { page: [0, 0] })
        expect(await world.cohort()).toMatchObject({
          members: 1,
          sequence: 1,
          lastSyncAt: world.now(),
          openSession: false,
        })
      })
      test('a set is never dated before its pages', async () => {
        await world.send('members', ['ann'], { session: 's', page: [1, 1] })
        while (await world.store.applyNext(new Date(0)));
        expect(await world.cohort()).toMatchObject({ lastSyncAt: world.now() })
      })
      test('an unfinished difference takes no effect', async () => {
        await world.send('add_members', ['ann'], { session: 's', page: [1, 2] })
        await world.apply()
        expect(await world.members()).toEqual([])
        expect(await world.cohort()).toMatchObject({ openSession: true })
      })
    })

    describe('repeats', () => {
      test('the same page again is known and changes nothing', async () => {
        await world.send('members', ['ann'], { session: 's', page: [1, 2] })
        expect(await world.send('members', ['ann'], { session: 's', page: [1, 2] })).toMatchObject({
          decision: 'repeat',
        })
        await world.send('members', ['bob'], { session: 's', page: [2, 2] })
        await world.apply()
        expect(await world.send('members', ['ann'], { session: 's', page: [1, 2] })).toMatchObject({
          decision: 'repeat',
        })
        expect(await world.members()).toEqual(['ann', 'bob'])
      })
      test('other content under the same number replaces the page while the session is open', async () => {
        await world.send('members', ['ann'], { session: 's', page: [1, 2] })
        const replaced = await world.send('members', ['bob'], { session: 's', page: [1, 2] })
        const last = await world.send('members', ['cid'], { session: 's', page: [2, 2] })
        await world.apply()
        expect([replaced.altered, last.altered]).toEqual(['page', null])
        expect(await world.members()).toEqual(['bob', 'cid'])
      })
      test('other content for the newest session once applied opens a new round', async () => {
        const first = await world.sync('members', ['ann', 'bob'], { session: 's' })
        const again = await world.sync('members', ['ann'], { session: 's' })
        expect([first.altered, again.altered]).toEqual([null, 'round'])
        expect(await world.members()).toEqual(['ann'])
      })
      test('a repeat of an older session changes nothing', async () => {
        await world.sync('members', ['ann'], { session: 'one' })
        await world.sync('members', ['bob'], { session: 'two' })
        expect(await world.sync('members', ['ann'], { session: 'one' })).toMatchObject({ decision: 'repeat' })
        expect(await world.sync('members', ['cid'], { session: 'one' })).toMatchObject({ decision: 'late' })
        expect(await world.members()).toEqual(['bob'])
      })
      test('a full set that changes nothing takes no number', async () => {
        const people = [{ mixpanel_distinct_id: 'ann', plan: 'pro', email: 'a@example.com' }, 'bob']
        await world.sync('members', people)
        const before = await world.cohort()
        world.pass(60)
        await world.sync('members', people)
        expect(await world.cohort()).toEqual({ ...before, lastSyncAt: world.now() })
      })
    })

    describe('names', () => {
      test('a renamed cohort is the same cohort', async () => {
        await world.sync('members', ['ann'], { name: 'Old' })
        await world.sync('add_members', ['bob'], { name: 'New' })
        expect(await world.store.listCohorts('acme')).toMatchObject([{ name: 'New', members: 2 }])
      })
      test('cohorts of one name, of other projects and of other accounts are apart', async () => {
        await world.sync('members', ['ann'], { name: 'Same' })
        await world.sync('members', ['bob'], { name: 'Same', cohort: 'other' })
        await world.sync('members', ['cid'], { name: 'Same', project: '2' })
        await world.sync('members', ['dan'], { name: 'Same', account: 'globex' })
        expect(await world.members()).toEqual(['ann'])
        expect(await world.members({ cohort: 'other' })).toEqual(['bob'])
        expect(await world.members({ project: '2' })).toEqual(['cid'])
        expect(await world.members({ account: 'globex' })).toEqual(['dan'])
        expect(await world.store.findCohorts('acme', 'trial')).toHaveLength(2)
      })
      test('an account does not find the cohort of another one', async () => {
        await world.sync('members', ['ann'])
        expect(await world.members({ account: 'globex' })).toBeUndefined()
        expect(await world.store.listCohorts('globex')).toEqual([])
      })
      test('hostile ids are people of their own', async () => {
        const ids = [
          '__proto__',
          'constructor',
          'é',
          'e\u0301',
          '👩‍👩‍👧',
          ' ann',
          "'; DROP TABLE member; --",
          'x'.repeat(1024),
        ]
        await world.sync('members', ids)
        await world.sync('remove_members', ['é'])
        expect(await world.members()).toEqual(ids.filter((id) => id !== 'é').toSorted())
      })
    })

    test('members are listed page by page, each once', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `m${index}`)
      await world.sync('members', ids)
      const listed: string[] = []
      let after: string | undefined
      do {
        const place = { limit: 10, ...(after === undefined ? {} : { after }) }
        const page = await world.store.listMembers('acme', { projectId: '1', cohortId: 'trial' }, place)
        listed.push(...page!.members.map(({ id }) => id))
        after = page!.next ?? undefined
      } while (after !== undefined)
      expect(listed).toEqual(ids)
    })

    describeRules(() => world)
    describeFeeds(() => world)
    describeOnboarding(() => world)
    describeAccounts(() => world)
    describeAdmin(() => world)
    describeSealedSettings(() => world)
    describeStatus(() => world)
    describeLeases(() => world)
    describeLifecycle(() => world)
    describeDeletions(() => world)
    describeProperties(() => world)
    describeMerging(() => world)
    describeMassRemovals(() => world)
    describeLedgerModel(() => world)
  })
}
