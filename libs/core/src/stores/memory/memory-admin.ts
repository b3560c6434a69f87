import type { AdminToken, AdminTokenStore } from '../../authentication/admin-token-store.ts'
import type { AuditStore, RecordedAuditEntry } from '../../authentication/audit-store.ts'

/** Admin tokens and the audit log in memory. */
export const memoryAdmin = (): AdminTokenStore & AuditStore => {
  const tokens = new Map<string, AdminToken>()
  const audit: RecordedAuditEntry[] = []
  return {
    addAdminToken: async (token) => void tokens.set(token.id, token),
    listAdminTokens: async () => [...tokens.values()].toSorted(byAge),
    findAdminToken: async (tokenId) => tokens.get(tokenId),
    revokeAdminToken: async (tokenId, at) => {
      const token = tokens.get(tokenId)
      if (token !== undefined) tokens.set(tokenId, { ...token, revokedAt: token.revokedAt ?? at })
      return token !== undefined
    },
    recordAudit: async (entry) => void audit.push({ ...entry, id: audit.length + 1 }),
    listAudit: async ({ accountId, after = Infinity, limit }) =>
      audit
        .filter((entry) => entry.id < after && (accountId === undefined || entry.accountId === accountId))
        .toReversed()
        .slice(0, limit),
  }
}

const byAge = (one: AdminToken, other: AdminToken): number =>
  one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1)
