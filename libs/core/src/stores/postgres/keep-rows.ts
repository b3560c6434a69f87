import {
  accountSettings,
  defaultAccountSettings,
  type AccountSettings,
} from '../../authentication/account-settings.ts'
import type { ConfiguredDestination } from '../../delivery/destination-store.ts'
import { completeAfter, keptProperties, type KeptProperties } from '../../webhook/kept-properties.ts'
import type { Queries, Row } from './database.ts'
import { toDestination } from './destination-row.ts'
import { date, dateOrNull } from './row.ts'

/** Which properties of an account's members are kept. */
export const keptOf = async (queries: Queries, accountId: string): Promise<KeptProperties> =>
  keptProperties(await settingsOf(queries, accountId), await destinationsOf(queries, accountId))

/** Whether members who are in cohorts already may lack something that the destination uses. */
export const needsFullSync = async (queries: Queries, created: ConfiguredDestination): Promise<boolean> => {
  const { accountId } = created
  const others = await viewsOf(queries, accountId)
  const after = completeAfter(await settingsOf(queries, accountId), created, others)
  const found = await queries.one(
    `SELECT FROM cohort_relay.cohort WHERE account_id = $1 AND members > 0
       AND (named_since IS NULL OR named_since <= $2) AND
       (SELECT o.at FROM cohort_relay.change_origin o WHERE o.cohort = cohort.id ORDER BY o.first_sequence LIMIT 1) <= $2
     LIMIT 1`,
    [accountId, after],
  )
  return found !== undefined
}

const settingsOf = async (queries: Queries, accountId: string): Promise<AccountSettings> => {
  const row = await queries.one('SELECT settings FROM cohort_relay.account WHERE id = $1', [accountId])
  return row === undefined ? defaultAccountSettings : accountSettings.parse(row['settings'])
}

const rowsOf = (queries: Queries, accountId: string): Promise<Row[]> =>
  queries.all('SELECT * FROM cohort_relay.destination WHERE account_id = $1 AND deleting_since IS NULL', [
    accountId,
  ])

const destinationsOf = async (queries: Queries, accountId: string): Promise<ConfiguredDestination[]> =>
  (await rowsOf(queries, accountId)).map(toDestination)

/** Dated when they became what they are: nothing before may have been kept for them. */
const viewsOf = async (queries: Queries, accountId: string): Promise<ConfiguredDestination[]> =>
  (await rowsOf(queries, accountId)).map((row) => ({
    ...toDestination(row),
    createdAt: dateOrNull(row, 'view_since') ?? date(row, 'created_at'),
  }))
