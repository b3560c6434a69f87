import { describe, expect, test } from 'vitest'
import type { AdminToken } from '../../authentication/admin-token-store.ts'
import type { AuditEntry } from '../../authentication/audit-store.ts'
import type { LedgerWorld } from './ledger-world.ts'

/** Tokens of the admin API and its audit log; part of the ledger suite. */
export const describeAdmin = (current: () => LedgerWorld): void => {
  const tokenOf = (id: string, changes: Partial<AdminToken> = {}): AdminToken => ({
    id,
    name: `Token ${id}`,
    role: 'operator',
    hash: Buffer.alloc(32, id),
    createdAt: current().now(),
    revokedAt: null,
    ...changes,
  })
  const lineOf = (action: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
    at: current().now(),
    actor: 'Ann',
    action,
    accountId: 'acme',
    target: { keyId: 'k' },
    changes: { label: null, graceSeconds: 60, 'settings.disabled': true },
    outcome: 'asked',
    problem: null,
    ...changes,
  })

  describe('admin tokens', () => {
    test('are found and listed, the oldest first, revoked ones too', async () => {
      const { store, pass } = current()
      await store.addAdminToken(tokenOf('b'))
      await store.addAdminToken(tokenOf('a', { role: 'viewer' }))
      pass(1)
      await store.addAdminToken(tokenOf('c', { role: 'admin' }))
      const listed = await store.listAdminTokens()
      expect(listed.map(({ id, role }) => `${id} ${role}`)).toEqual(['a viewer', 'b operator', 'c admin'])
      const found = await store.findAdminToken('b')
      expect({ ...found, hash: Buffer.from(found!.hash) }).toEqual({
        ...tokenOf('b'),
        createdAt: listed[1]!.createdAt,
      })
      expect(await store.findAdminToken('d')).toBeUndefined()
    })
    test('stay revoked from the first time on', async () => {
      const { store, now, pass } = current()
      await store.addAdminToken(tokenOf('a'))
      const first = now()
      expect(await store.revokeAdminToken('a', first)).toBe(true)
      pass(1)
      expect(await store.revokeAdminToken('a', now())).toBe(true)
      expect((await store.findAdminToken('a'))?.revokedAt).toEqual(first)
      expect(await store.revokeAdminToken('b', now())).toBe(false)
    })
  })

  describe('the audit log', () => {
    test('is read from its newest line on, page by page, each line once', async () => {
      const { store } = current()
      for (const action of ['1', '2', '3', '4', '5']) await store.recordAudit(lineOf(action))
      const seen: string[] = []
      for (let page = await store.listAudit({ limit: 2 }); page.length > 0;) {
        seen.push(...page.map(({ action }) => action))
        page = await store.listAudit({ after: page.at(-1)!.id, limit: 2 })
      }
      expect(seen).toEqual(['5', '4', '3', '2', '1'])
    })
    test('keeps what it was told, also of what has no account', async () => {
      const { store } = current()
      const line = lineOf('tokens.create', { accountId: null, outcome: 'refused', problem: 'not-found' })
      await store.recordAudit(line)
      expect(await store.listAudit({ limit: 1 })).toEqual([{ ...line, id: expect.any(Number) }])
    })
    test('of one account shows no other one', async () => {
      const { store } = current()
      await store.recordAudit(lineOf('a'))
      await store.recordAudit(lineOf('b', { accountId: 'globex' }))
      await store.recordAudit(lineOf('c', { accountId: null }))
      const page = { accountId: 'globex', limit: 10 }
      expect((await store.listAudit(page)).map(({ action }) => action)).toEqual(['b'])
    })
  })
}
