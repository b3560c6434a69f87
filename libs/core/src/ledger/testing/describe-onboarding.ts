import { describe, expect, test } from 'vitest'
import { defaultAccountSettings } from '../../authentication/account-settings.ts'
import type { AccountKey } from '../../authentication/account-store.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** Accounts that are made by the key of the partner's own product; part of the ledger suite. */
export const describeOnboarding = (current: () => LedgerWorld): void => {
  const keyOf = (keyId: string, accountId: string): AccountKey => ({
    keyId,
    accountId,
    hash: Buffer.alloc(32, keyId),
    label: 'key of the partner',
    createdAt: current().now(),
    lastUsedAt: null,
    revokedAt: null,
  })
  const onboard = (accountId: string, keyId: string) => {
    const { store, now } = current()
    const times = { createdAt: now() }
    return store.createAccountWithDestination(
      { id: accountId, name: `Customer ${accountId}`, settings: defaultAccountSettings, ...times },
      keyOf(keyId, accountId),
      {
        id: `crm of ${accountId} by ${keyId}`,
        accountId,
        connector: 'webhook',
        sealedSettings: `sealed for ${keyId}`,
        identity: [{ property: 'email', kind: 'email' }],
        properties: 'all',
        ...times,
      },
    )
  }

  describe('an account with its key and its destination', () => {
    test('is stored whole, and its first cohort is owed to the destination', async () => {
      const { store, sync, owed } = current()
      expect(await onboard('new', 'k')).toBe('created')
      expect(await store.findAccount('new')).toMatchObject({ name: 'Customer new' })
      expect(await store.findKey('k')).toMatchObject({ accountId: 'new', confirmedAt: null })
      expect(await store.listDestinations('new')).toMatchObject([{ sealedSettings: 'sealed for k' }])
      await sync('members', ['ann'], { account: 'new' })
      expect(await owed(10)).toMatchObject([{ destinationId: 'crm of new by k' }])
    })
    test('leaves nothing behind where the key is taken', async () => {
      const { store } = current()
      await onboard('first', 'k')
      expect(await onboard('second', 'k')).toBe('exists')
      expect(await store.findAccount('second')).toBeUndefined()
      expect(await store.listDestinations('second')).toEqual([])
      expect(await store.findKey('k')).toMatchObject({ accountId: 'first' })
    })
    test('leaves nothing behind where the account is there', async () => {
      const { store } = current()
      await onboard('first', 'k')
      expect(await onboard('first', 'other')).toBe('exists')
      expect(await store.findKey('other')).toBeUndefined()
      expect(await store.listDestinations('first')).toHaveLength(1)
    })
    test('is made once, however many ask at one moment', async () => {
      const { store } = current()
      const ids = Array.from({ length: 12 }, (_, index) => `a${index}`)
      const answers = await Promise.all(ids.map((id) => onboard(id, 'k')))
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
      expect(await store.countAccounts()).toBe(3)
      const { accountId } = (await store.findKey('k'))!
      expect(await store.listDestinations(accountId)).toHaveLength(1)
    })
    test('is made once, however many keys of it come at one moment', async () => {
      const keys = Array.from({ length: 12 }, (_, index) => `k${index}`)
      const answers = await Promise.all(keys.map((keyId) => onboard('one', keyId)))
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1)
      expect(await current().store.listKeys('one')).toHaveLength(1)
    })
  })

  describe('a key', () => {
    test('is confirmed, and is so no more', async () => {
      const { store, now, pass } = current()
      await onboard('new', 'k')
      await store.confirmKey('k', now())
      expect(await store.findKey('k')).toMatchObject({ confirmedAt: now() })
      const [listed] = await store.listKeys('new')
      expect(listed?.confirmedAt).toEqual(now())
      pass(1)
      await store.confirmKey('k', null)
      expect(await store.findKey('k')).toMatchObject({ confirmedAt: null })
    })
    test('is added with the time of its confirmation', async () => {
      const { store, now } = current()
      await store.addKey({ ...keyOf('k', 'acme'), confirmedAt: now() })
      expect(await store.findKey('k')).toMatchObject({ confirmedAt: now() })
    })
  })

  describe('a secret of the installation', () => {
    test('is the one that was stored first, whoever comes later', async () => {
      const { store } = current()
      expect(await store.findSecret('s')).toBeUndefined()
      const kept = await Promise.all(['a', 'b', 'c'].map((sealed) => store.keepSecret('s', sealed)))
      expect(new Set(kept).size).toBe(1)
      expect(await store.findSecret('s')).toBe(kept[0])
      expect(await store.findSecret('another')).toBeUndefined()
    })
    test('is replaced by who knows it as it is, and by nobody else', async () => {
      const { store } = current()
      await store.keepSecret('s', 'old')
      expect(await store.replaceSecret('s', 'older', 'x')).toBe(false)
      expect(await store.replaceSecret('s', 'old', 'new')).toBe(true)
      expect(await store.replaceSecret('s', 'old', 'x')).toBe(false)
      expect(await store.findSecret('s')).toBe('new')
    })
  })
}
