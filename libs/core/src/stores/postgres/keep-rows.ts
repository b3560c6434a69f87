import {
  accountSettings,
  defaultAccountSettings,
  type AccountSettings,
} from '../../authentication/account-settings.ts'
import type { ConfiguredDestination } from '../../delivery/destination-store.ts'
import { completeAfter, keptProperties, type KeptProperties } from '../../webhook/kept-properties.ts'
import type { Queries } from './database.ts'
import { toDestination } from './destination-row.ts'

/** Which properties of an account's members are kept. */
export const keptOf = async (queries: Queries, accountId: string): Promise<KeptProperties> =>
  keptProperties(await settingsOf(queries, accountId), await destinationsOf(queries, accountId))

/** Whether members who are in cohorts already may lack something that the destination uses. */
export const needsFullSync = async (queries: Queries, created: ConfiguredDestination): Promise<boolean> => {
  const { accountId } = created
  const others = await destinationsOf(queries, accountId)
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

const destinationsOf = async (queries: Queries, accountId: string): Promise<ConfiguredDestination[]> =>
  (await queries.all('SELECT * FROM cohort_relay.destination WHERE account_id = $1', [accountId])).map(
    toDestination,
  )
