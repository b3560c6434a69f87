import type { StoredDestination } from '../../delivery/destination-store.ts'
import type { Row } from './database.ts'
import { date, dateOrNull, number, text } from './row.ts'

export const toDestination = (row: Row): StoredDestination => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  connector: text(row, 'connector'),
  sealedSettings: text(row, 'sealed_settings'),
  identity: row['identity'] as StoredDestination['identity'],
  properties: row['properties'] as StoredDestination['properties'],
  createdAt: date(row, 'created_at'),
  version: number(row, 'version'),
  pausedSince: dateOrNull(row, 'paused_since'),
  drainingSince: dateOrNull(row, 'draining_since'),
  unauthorizedSince: dateOrNull(row, 'unauthorized_since'),
})
