import { describe, expect, test } from 'vitest'
import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { AccountKey } from '../../authentication/account-store.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** Accounts and their keys; part of the ledger suite. */
export const describeAccounts = (current: () => LedgerWorld): void => {
  const keyOf = (keyId: string, createdAt: Date, accountId = 'acme'): AccountKey => ({
    keyId,
    accountId,
    hash: Buffer.alloc(32, keyId),
    label: `key ${keyId}`,
    createdAt,
    lastUsedAt: null,
    revokedAt: null,
  })
  const make = async (...ids: string[]) => {
    const { store, now } = current()
    for (const id of ids) {
      const account = { id, name: `Account ${id}`, createdAt: now(), settings: defaultAccountSettings }
      await store.createAccount(account, keyOf(`key-${id}`, now(), id))
    }
  }

  describe('accounts', () => {
    test('are listed by id page by page, each once, whatever their letters', async () => {
      await make('b', 'B', 'a-1', 'a1', 'z')
      const { store } = current()
      const seen: string[] = []
      for (let page = await store.listAccounts({ limit: 2 }); page.length > 0;) {
        seen.push(...page.map(({ id }) => id))
        page = await store.listAccounts({ after: seen.at(-1)!, limit: 2 })
      }
      expect(seen).toEqual(['B', 'a-1', 'a1', 'acme', 'b', 'globex', 'z'])
    })
    test('are changed in what is named, and one that is not there is not', async () => {
      const { store } = current()
      const before = await store.findAccount('acme')
      expect(await store.changeAccount('acme', { name: 'Acme & Söhne' })).toBe(true)
      expect(await store.findAccount('acme')).toEqual({ ...before, name: 'Acme & Söhne', version: 2 })
      const settings = { ...defaultAccountSettings, massRemovalPercent: 7 }
      expect(await store.changeAccount('acme', { settings })).toBe(true)
      const both = { ...before, name: 'Acme & Söhne', settings, version: 3 }
      expect(await store.findAccount('acme')).toEqual(both)
      expect(await store.changeAccount('nobody', { name: 'x' })).toBe(false)
      expect(await store.findAccount('globex')).toMatchObject({ name: 'globex', version: 1 })
    })
    test('are not changed by somebody who read another version', async () => {
      const { store } = current()
      const changes = ['one', 'two', 'three'].map((name) => store.changeAccount('acme', { name }, 1))
      expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1)
      expect(await store.findAccount('acme')).toMatchObject({ version: 2 })
      expect(await store.changeAccount('acme', { name: 'four' }, 1)).toBe(false)
      expect(await store.changeAccount('acme', { name: 'four' }, 2)).toBe(true)
    })
  })

  describe('keys', () => {
    test('of an account are listed, the oldest first, revoked ones too, and no other account is shown', async () => {
      const { store, now, pass } = current()
      pass(1)
      await store.addKey(keyOf('b', now()))
      await store.addKey(keyOf('a', now()))
      await store.addKey(keyOf('foreign', now(), 'globex'))
      await store.revokeKey('acme', 'b', now())
      const keys = await store.listKeys('acme')
      expect(keys.map(({ label }) => label)).toEqual(['first', 'key a', 'key b'])
      expect(keys.at(-1)?.revokedAt).toEqual(now())
      expect(Buffer.from(keys.at(-1)!.hash)).toEqual(keyOf('b', now()).hash)
      expect(await store.listKeys('nobody')).toEqual([])
    })
    test('are revoked at the earliest time that was named', async () => {
      const { store, now } = current()
      await store.addKey(keyOf('k', now()))
      const at = (seconds: number) => new Date(now().getTime() + seconds * 1000)
      for (const seconds of [60, 90, 30, 45]) await store.revokeKey('acme', 'k', at(seconds))
      expect((await store.findKey('k'))?.revokedAt).toEqual(at(30))
    })
    test('of another account are not revoked', async () => {
      const { store, now } = current()
      await store.addKey(keyOf('k', now()))
      expect(await store.revokeKey('globex', 'k', now())).toBe(false)
      expect((await store.findKey('k'))?.revokedAt).toBeNull()
    })
  })
}
