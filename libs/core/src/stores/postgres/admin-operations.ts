import type { AdminRole, AdminToken, AdminTokenStore } from '../../authentication/admin-token-store.ts'
import type { AuditStore, RecordedAuditEntry } from '../../authentication/audit-store.ts'
import type { Database, Row } from './database.ts'
import { date, dateOrNull, number, text, textOrNull } from './row.ts'

/** Who may use the admin API, and what they did with it. */
export const adminOperations = (database: Database): AdminTokenStore & AuditStore => ({
  ...tokenOperations(database),
  ...auditOperations(database),
})

const tokenOperations = (database: Database): AdminTokenStore => ({
  addAdminToken: async ({ id, name, role, hash, createdAt, revokedAt }) => {
    const values = [id, name, role, Buffer.from(hash), createdAt, revokedAt]
    await database.run('INSERT INTO cohort_relay.admin_token VALUES($1, $2, $3, $4, $5, $6)', values)
  },
  listAdminTokens: async () => {
    const sql = 'SELECT * FROM cohort_relay.admin_token ORDER BY created_at, id COLLATE "C"'
    return (await database.all(sql)).map(toToken)
  },
  findAdminToken: async (tokenId) => {
    const row = await database.one('SELECT * FROM cohort_relay.admin_token WHERE id = $1', [tokenId])
    return row && toToken(row)
  },
  revokeAdminToken: async (tokenId, at) => {
    const sql = 'UPDATE cohort_relay.admin_token SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1'
    return (await database.run(sql, [tokenId, at])) > 0
  },
})

const insertSql = `INSERT INTO cohort_relay.audit(at, actor, action, account_id, target, changes, outcome, problem)
  VALUES($1, $2, $3, $4, $5, $6, $7, $8)`

const auditOperations = (database: Database): AuditStore => ({
  recordAudit: async ({ at, actor, action, accountId, target, changes, outcome, problem }) => {
    const [named, changed] = [JSON.stringify(target), JSON.stringify(changes)]
    await database.run(insertSql, [at, actor, action, accountId, named, changed, outcome, problem])
  },
  listAudit: async ({ accountId, after = Number.MAX_SAFE_INTEGER, limit }) => {
    const of = accountId === undefined ? '' : 'account_id = $3 AND'
    const sql = `SELECT * FROM cohort_relay.audit WHERE ${of} id < $1 ORDER BY id DESC LIMIT $2`
    const values = accountId === undefined ? [after, limit] : [after, limit, accountId]
    return (await database.all(sql, values)).map(toEntry)
  },
})

const toToken = (row: Row): AdminToken => ({
  id: text(row, 'id'),
  name: text(row, 'name'),
  role: text(row, 'role') as AdminRole,
  hash: row['hash'] as Uint8Array,
  createdAt: date(row, 'created_at'),
  revokedAt: dateOrNull(row, 'revoked_at'),
})

const toEntry = (row: Row): RecordedAuditEntry => ({
  id: number(row, 'id'),
  at: date(row, 'at'),
  actor: text(row, 'actor'),
  action: text(row, 'action'),
  accountId: textOrNull(row, 'account_id'),
  target: row['target'] as RecordedAuditEntry['target'],
  changes: row['changes'] as RecordedAuditEntry['changes'],
  outcome: text(row, 'outcome') as RecordedAuditEntry['outcome'],
  problem: textOrNull(row, 'problem'),
})
