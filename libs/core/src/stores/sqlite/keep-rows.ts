import type { DatabaseSync } from 'node:sqlite'
import {
  accountSettings,
  defaultAccountSettings,
  type AccountSettings,
} from '../../authentication/account-settings.ts'
import type { ConfiguredDestination } from '../../delivery/destination-store.ts'
import { completeAfter, keptProperties, type KeptProperties } from '../../webhook/kept-properties.ts'
import { toDestination } from './destination-row.ts'
import { date, text } from './row.ts'

const prepare = (database: DatabaseSync) => ({
  settings: database.prepare('SELECT settings FROM account WHERE id = ?'),
  destinations: database.prepare('SELECT * FROM destination WHERE account_id = ? AND deleting_since IS NULL'),
  hasMembersOf: database.prepare(
    `SELECT 1 FROM cohort WHERE account_id = ?1 AND members > 0 AND coalesce(named_since, 0) <= ?2 AND
       (SELECT o.at FROM change_origin o WHERE o.cohort = cohort.id ORDER BY o.first_sequence LIMIT 1) <= ?2 LIMIT 1`,
  ),
})

/** Which properties of an account's members are kept. */
export class KeepRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  ofAccount(accountId: string): KeptProperties {
    return keptProperties(this.#settings(accountId), this.#destinations(accountId))
  }

  /** Whether members who are in cohorts already may lack something that the destination uses. */
  mayLack(created: ConfiguredDestination): boolean {
    const { accountId } = created
    const after = completeAfter(this.#settings(accountId), created, this.#views(accountId))
    return this.#statements.hasMembersOf.get(accountId, after.getTime()) !== undefined
  }

  #settings(accountId: string): AccountSettings {
    const row = this.#statements.settings.get(accountId)
    return row === undefined
      ? defaultAccountSettings
      : accountSettings.parse(JSON.parse(text(row['settings'])))
  }

  #destinations(accountId: string): ConfiguredDestination[] {
    return this.#statements.destinations.all(accountId).map(toDestination)
  }

  /** Dated when they became what they are: nothing before may have been kept for them. */
  #views(accountId: string): ConfiguredDestination[] {
    const rows = this.#statements.destinations.all(accountId)
    return rows.map((row) => ({
      ...toDestination(row),
      createdAt: date(row['view_since'] ?? row['created_at']),
    }))
  }
}
