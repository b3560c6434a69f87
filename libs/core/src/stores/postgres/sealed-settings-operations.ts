import type { DestinationStore } from '../../delivery/destination-store.ts'
import type { Database } from './database.ts'
import { number, text } from './row.ts'

type SealedOperations = Pick<DestinationStore, 'listSealedSettings' | 'resealSettings' | 'countSealedByKey'>

const listSql = `SELECT id, account_id, sealed_settings FROM cohort_relay.destination WHERE id > $1 ORDER BY id LIMIT $2`
const resealSql =
  'UPDATE cohort_relay.destination SET sealed_settings = $1 WHERE id = $2 AND sealed_settings = $3'
const countSql = `SELECT substr(sealed_settings, 4, 8) AS key, count(*) AS count FROM cohort_relay.destination
  GROUP BY 1 ORDER BY 1`

/** Encrypted settings of all destinations. */
export const sealedSettingsOperations = (database: Database): SealedOperations => ({
  listSealedSettings: async ({ after = '', limit }) =>
    (await database.all(listSql, [after, limit])).map((row) => ({
      accountId: text(row, 'account_id'),
      destinationId: text(row, 'id'),
      sealedSettings: text(row, 'sealed_settings'),
    })),
  resealSettings: async ({ destinationId, sealedSettings }, sealedAnew) =>
    (await database.run(resealSql, [sealedAnew, destinationId, sealedSettings])) > 0,
  countSealedByKey: async () =>
    Object.fromEntries((await database.all(countSql)).map((row) => [text(row, 'key'), number(row, 'count')])),
})
