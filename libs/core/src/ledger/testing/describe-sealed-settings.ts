import { describe, expect, test } from 'vitest'
import type { LedgerWorld } from './ledger-world.ts'

const sealedWith = (key: string, more = 'x'): string => `v1.${key.padEnd(8, '-')}.${more}`

/** Encrypted settings of destinations; part of the ledger suite. */
export const describeSealedSettings = (current: () => LedgerWorld): void => {
  const make = async (...ids: string[]) => {
    const { store, now } = current()
    for (const id of ids) {
      const view = { identity: [], properties: 'all' as const }
      const accountId = id.startsWith('g') ? 'globex' : 'acme'
      const sealedSettings = sealedWith(id.slice(1))
      await store.createDestination({
        id,
        accountId,
        connector: 'webhook',
        sealedSettings,
        createdAt: now(),
        ...view,
      })
    }
  }

  describe('encrypted settings', () => {
    test('of all accounts are listed page by page, each once', async () => {
      await make('gone', 'aone', 'Btwo', 'ctwo')
      const { store } = current()
      const seen: string[] = []
      for (let page = await store.listSealedSettings({ limit: 3 }); page.length > 0;) {
        seen.push(...page.map(({ destinationId, accountId }) => `${accountId} ${destinationId}`))
        page = await store.listSealedSettings({ after: page.at(-1)!.destinationId, limit: 3 })
      }
      expect(seen.toSorted()).toEqual(['acme Btwo', 'acme aone', 'acme ctwo', 'globex gone'])
    })

    test('are counted by the key that they were encrypted with', async () => {
      const { store } = current()
      expect(await store.countSealedByKey()).toEqual({})
      await make('gone', 'aone', 'atwo')
      expect(await store.countSealedByKey()).toEqual({ 'one-----': 2, 'two-----': 1 })
    })

    test('are replaced only where nobody changed them meanwhile', async () => {
      const { store } = current()
      await make('aone')
      const [sealed] = await store.listSealedSettings({ limit: 1 })
      expect(await store.resealSettings(sealed!, sealedWith('two'))).toBe(true)
      expect(await store.resealSettings(sealed!, sealedWith('three'))).toBe(false)
      expect(await store.findDestination('aone')).toMatchObject({
        sealedSettings: sealedWith('two'),
        version: 1,
      })
    })
  })
}
