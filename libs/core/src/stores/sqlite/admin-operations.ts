import type { DatabaseSync } from 'node:sqlite'
import type { AdminRole, AdminToken, AdminTokenStore } from '../../authentication/admin-token-store.ts'
import type { AuditStore, RecordedAuditEntry } from '../../authentication/audit-store.ts'
import { date, dateOrNull, number, text, textOrNull, type Row } from './row.ts'
import type { Synchronous } from './synchronous.ts'

/** Who may use the admin API, and what they did with it. */
export const adminOperations = (database: DatabaseSync): Synchronous<AdminTokenStore & AuditStore> => ({
  ...tokenOperations(database),
  ...auditOperations(database),
})

const tokenOperations = (database: DatabaseSync): Synchronous<AdminTokenStore> => {
  const insert = database.prepare('INSERT INTO admin_token VALUES(?, ?, ?, ?, ?, ?)')
  const all = database.prepare('SELECT * FROM admin_token ORDER BY created_at, id')
  const one = database.prepare('SELECT * FROM admin_token WHERE id = ?')
  const revoke = database.prepare('UPDATE admin_token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?')

  return {
    addAdminToken: ({ id, name, role, hash, createdAt, revokedAt }) =>
      void insert.run(id, name, role, hash, createdAt.getTime(), revokedAt?.getTime() ?? null),
    listAdminTokens: () => all.all().map(toToken),
    findAdminToken: (tokenId) => {
      const row = one.get(tokenId)
      return row && toToken(row)
    },
    revokeAdminToken: (tokenId, at) => revoke.run(at.getTime(), tokenId).changes > 0,
  }
}

const auditOperations = (database: DatabaseSync): Synchronous<AuditStore> => {
  const insert = database.prepare(
    `INSERT INTO audit(at, actor, action, account_id, target, changes, outcome, problem) VALUES(?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const newest = database.prepare('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?')
  const ofAccount = database.prepare(
    'SELECT * FROM audit WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
  )

  return {
    recordAudit: ({ at, actor, action, accountId, target, changes, outcome, problem }) => {
      const [named, changed] = [JSON.stringify(target), JSON.stringify(changes)]
      insert.run(at.getTime(), actor, action, accountId, named, changed, outcome, problem)
    },
    listAudit: ({ accountId, after = Number.MAX_SAFE_INTEGER, limit }) => {
      const rows = accountId === undefined ? newest.all(after, limit) : ofAccount.all(accountId, after, limit)
      return rows.map(toEntry)
    },
  }
}

const toToken = (row: Row): AdminToken => ({
  id: text(row['id']),
  name: text(row['name']),
  role: text(row['role']) as AdminRole,
  hash: row['hash'] as Uint8Array,
  createdAt: date(row['created_at']),
  revokedAt: dateOrNull(row['revoked_at']),
})

const toEntry = (row: Row): RecordedAuditEntry => ({
  id: number(row['id']),
  at: date(row['at']),
  actor: text(row['actor']),
  action: text(row['action']),
  accountId: textOrNull(row['account_id']),
  target: JSON.parse(text(row['target'])),
  changes: JSON.parse(text(row['changes'])),
  outcome: text(row['outcome']) as RecordedAuditEntry['outcome'],
  problem: textOrNull(row['problem']),
})
