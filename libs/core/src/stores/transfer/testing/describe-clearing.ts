import { describe, expect, onTestFinished, test } from 'vitest'
import { ledgerWorld } from '../../../ledger/testing/ledger-world.ts'
import type { Store } from '../../store.ts'
import { liveRichly } from './live-richly.ts'

/** Every row of every table, as text, by the name of the table. */
type Tables = Readonly<Record<string, readonly string[]>>

export interface ClearedDatabase {
  /** With steps as small as they can be. */
  readonly open: () => Promise<Store>
  readonly dump: () => Promise<Tables>
}

/** What is no account's, or has to stay when an account goes. */
const stays = new Set(['admin_token', 'audit', 'installation_secret', 'migration'])

const count = (tables: Tables): Record<string, number> =>
  Object.fromEntries(
    Object.entries(tables)
      .filter(([name]) => !stays.has(name))
      .map(([name, rows]) => [name, rows.length]),
  )

const sum = (one: Tables, other: Tables): Record<string, number> => {
  const counts = count(other)
  return Object.fromEntries(Object.entries(count(one)).map(([name, rows]) => [name, rows + counts[name]!]))
}

/** What deleted accounts leave in a database, whichever tables it has. */
export const describeClearing = (name: string, createDatabase: () => Promise<ClearedDatabase>): void => {
  const setup = async (deleted: string, mostSteps = Infinity) => {
    const { open, dump } = await createDatabase()
    const opened: Store[] = [await open()]
    onTestFinished(async () => void (await Promise.all(opened.map((store) => store.close()))))
    const world = await ledgerWorld(opened[0]!)
    await liveRichly(world)
    await world.sync('members', ['zoe', 'yan'], { account: 'globex', cohort: 'second' })
    const before = await dump()
    const remove = (id: string) => opened.at(-1)!.deleteAccount(id, { at: world.now(), drain: false })
    const clear = async (most = Infinity): Promise<void> => {
      let isCleared = true
      for (let steps = 0; isCleared && steps < most; steps++) isCleared = await opened.at(-1)!.clearDeleted()
    }
    const restart = async (): Promise<void> => {
      await opened.at(-1)!.close()
      opened.push(await open())
    }
    await remove(deleted)
    await clear(mostSteps)
    return { before, after: await dump(), dump, remove, clear, restart }
  }

  describe(`${name} clears what is deleted`, () => {
    test('every row is of one account: what either leaves makes up all there was, and is as it was', async () => {
      const [acme, globex] = [await setup('acme'), await setup('globex')]
      expect(sum(acme.after, globex.after)).toEqual(count(acme.before))
      for (const { before, after } of [acme, globex]) {
        expect(Object.keys(after)).toEqual(Object.keys(before))
        for (const [table, rows] of Object.entries(after))
          expect(new Set(before[table])).toEqual(new Set([...before[table]!, ...rows]))
      }
      // The life was rich: of almost every table each has something, or at least one of them.
      expect(Object.entries(count(acme.before)).filter(([, rows]) => rows === 0)).toEqual([])
    })
    test('a clearing that ends early is noticed (negative control)', async () => {
      const [acme, globex] = [await setup('acme', 12), await setup('globex')]
      expect(sum(acme.after, globex.after)).not.toEqual(count(acme.before))
    })
    test('nothing is left of both, wherever the clearing was broken off', async () => {
      const { dump, remove, clear, restart } = await setup('acme', 0)
      await remove('globex')
      for (let breaks = 0; breaks < 12; breaks++) {
        await clear(3)
        await restart()
      }
      await clear()
      expect(Object.values(count(await dump())).filter((rows) => rows > 0)).toEqual([])
    })
  })
}
