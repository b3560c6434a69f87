import type { DatabaseSync } from 'node:sqlite'
import type { DestinationStore } from '../../delivery/destination-store.ts'
import { number, text } from './row.ts'
import type { Synchronous } from './synchronous.ts'

type SealedOperations = Pick<DestinationStore, 'listSealedSettings' | 'resealSettings' | 'countSealedByKey'>

/** Encrypted settings of all destinations. */
export const sealedSettingsOperations = (database: DatabaseSync): Synchronous<SealedOperations> => {
  const list = database.prepare(
    'SELECT id, account_id, sealed_settings FROM destination WHERE id > ? ORDER BY id LIMIT ?',
  )
  const reseal = database.prepare(
    'UPDATE destination SET sealed_settings = ? WHERE id = ? AND sealed_settings = ?',
  )
  const count = database.prepare(
    'SELECT substr(sealed_settings, 4, 8) AS key, count(*) AS count FROM destination GROUP BY 1 ORDER BY 1',
  )

  return {
    listSealedSettings: ({ after = '', limit }) =>
      list.all(after, limit).map((row) => ({
        accountId: text(row['account_id']),
        destinationId: text(row['id']),
        sealedSettings: text(row['sealed_settings']),
      })),
    resealSettings: ({ destinationId, sealedSettings }, sealedAnew) =>
      reseal.run(sealedAnew, destinationId, sealedSettings).changes > 0,
    countSealedByKey: () =>
      Object.fromEntries(count.all().map((row) => [text(row['key']), number(row['count'])])),
  }
}
