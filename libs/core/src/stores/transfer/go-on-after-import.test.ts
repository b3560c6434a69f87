import fc from 'fast-check'
import { expect, test } from 'vitest'
import { playSync, syncs } from '../../ledger/testing/describe-ledger-model.ts'
import { importSource } from './import-source.ts'
import { askAll, goOn, liveRichly } from './testing/live-richly.ts'
import { execute, transferSetup } from './testing/transfer-setup.ts'

const setup = await transferSetup()

const move = async (path: string) => {
  const url = await setup.createTarget()
  const source = setup.openSource(path, true)
  const report = await importSource(source, { url })
  source.close()
  expect(report.tables.filter(({ isEqual }) => !isEqual)).toEqual([])
  return url
}

test('after the move everything goes on as it would have gone on where it was', async () => {
  const path = setup.newPath()
  const { stores, world } = await setup.mirroredWorld(path)
  await liveRichly(world)
  const before = await askAll(world)
  const moved = await setup.openTarget(await move(path))
  stores.push(moved)
  expect(await askAll(world)).toEqual(before)
  await goOn(world)
  const after = await askAll(world)
  expect(after).not.toEqual(before)
  expect(await world.members({ cohort: 'layers' })).toEqual(['c', 'x'])
  expect(await world.members({ cohort: 'open' })).toEqual(['o1', 'o2', 'o3', 'o4', 'o5'])
  for (const store of stores) await store.close()
})

test.each([
  ['a receipt', "UPDATE cohort_relay.page SET receipt = '' WHERE receipt IS NOT NULL"],
  ['a cursor', 'UPDATE cohort_relay.feed SET cursor = cursor - 1 WHERE cursor > 0'],
  ['a layer', 'DELETE FROM cohort_relay.sync_member'],
  ['a held removal', 'DELETE FROM cohort_relay.held_removal'],
  ['a page', 'DELETE FROM cohort_relay.page WHERE pending'],
])('notices when %s did not come along (negative control)', async (_name, spoil) => {
  const path = setup.newPath()
  const { stores, world } = await setup.mirroredWorld(path)
  await liveRichly(world)
  const url = await move(path)
  await execute(url, spoil)
  stores.push(await setup.openTarget(url))
  await expect(goOn(world).then(() => askAll(world))).rejects.toThrow('to deeply equal')
  for (const store of stores) await store.close()
})

const halves = fc.array(syncs, { maxLength: 5 })

test('any history goes on alike after it was moved', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(halves, halves, async (past, future) => {
      const path = setup.newPath()
      const { stores, world } = await setup.mirroredWorld(path)
      await world.destination()
      const play = async (history: typeof past) => {
        for (const sync of history) {
          world.pass(60)
          await playSync(world, 'trial', sync)
          if (sync.deliver) await world.deliver(3)
        }
      }
      await play(past)
      stores.push(await setup.openTarget(await move(path)))
      await play(future)
      while (await world.deliver(3));
      await askAll(world)
      for (const store of stores) await store.close()
    }),
    { numRuns: 30 },
  )
})
