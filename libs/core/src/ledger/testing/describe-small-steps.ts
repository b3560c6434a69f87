import { describe, expect, test } from 'vitest'
import type { Store } from '../../stores/store.ts'
import { ledgerWorld } from './ledger-world.ts'

/** Mixpanel sends a call six times before it gives it up. */
const furtherTries = 5

/** What may happen between two steps of one session; `open` opens a store whose steps end as soon as they can. */
export const describeSmallSteps = (name: string, open: () => Promise<Store>): void => {
  const setup = async () => {
    const world = await ledgerWorld(await open())
    const send = (action: string, members: string[], session: string) =>
      world.send(action, members, { session, page: [1, 1] })
    /** Both halves under one session id; the last one is given up by Mixpanel. */
    const givenUp = async (session: string, added: string[], removed: string[]) => {
      await send('add_members', added, session)
      for (let tries = 0; tries <= furtherTries; tries++) await send('remove_members', removed, session)
      await world.apply()
    }
    await world.sync('members', ['ann'])
    await send('add_members', [], 'first')
    await send('remove_members', [], 'first')
    await world.apply()
    await givenUp('doubtful', ['bob'], [])
    return { ...world, send }
  }

  describe(`${name}, in small steps`, () => {
    test('a sync that is given up while it is applied is shown, though it settles what was in doubt before', async () => {
      const { store, send, apply, cohort, now } = await setup()
      expect(await cohort()).toMatchObject({ needsReconcile: 'acknowledgements-lost' })
      await send('add_members', ['cid'], 'second')
      await apply()
      // That bob is removed shows that he was there for Mixpanel, so that the sync before succeeded.
      await send('remove_members', ['bob'], 'second')
      await store.applyNext(now())
      for (let tries = 0; tries < furtherTries; tries++) await send('remove_members', ['bob'], 'second')
      await apply()
      expect(await cohort()).toMatchObject({ needsReconcile: 'acknowledgements-lost', members: 2 })
      await store.close()
    })
    test('a sync that was answered settles what was in doubt before', async () => {
      const { store, send, apply, cohort } = await setup()
      await send('add_members', ['cid'], 'second')
      await send('remove_members', ['bob'], 'second')
      await apply()
      expect(await cohort()).toMatchObject({ needsReconcile: null, members: 2 })
      await store.close()
    })
  })
}
