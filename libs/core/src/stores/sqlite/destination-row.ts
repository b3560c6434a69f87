import type { StoredDestination } from '../../delivery/destination-store.ts'
import { date, dateOrNull, number, text, type Row } from './row.ts'

export const toDestination = (row: Row): StoredDestination => ({
  id: text(row['id']),
  accountId: text(row['account_id']),
  connector: text(row['connector']),
  sealedSettings: text(row['sealed_settings']),
  identity: JSON.parse(text(row['identity'])) as StoredDestination['identity'],
  properties: JSON.parse(text(row['properties'])) as StoredDestination['properties'],
  createdAt: date(row['created_at']),
  version: number(row['version']),
  pausedSince: dateOrNull(row['paused_since']),
  drainingSince: dateOrNull(row['draining_since']),
  unauthorizedSince: dateOrNull(row['unauthorized_since'] ?? null),
})
