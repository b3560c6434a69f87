import type { PageCohort } from '../../webhook/cohort-page.ts'
import type { Queries, Row } from './database.ts'
import { number } from './row.ts'

/** A cohort that nobody else writes to until the transaction ends. */
export interface LockedCohort {
  readonly id: number
  /** True while removals wait for approval. */
  readonly held: boolean
  /** True when `members` of its account only adds. */
  readonly merges: boolean
}

const lockSql = `SELECT cohort.id, cohort.name, cohort.description, held_members > 0 AS held,
    coalesce(settings ->> 'membersAction', '') = 'merge' AS merges, deleting_since IS NOT NULL AS is_deleting
  FROM cohort_relay.cohort JOIN cohort_relay.account ON account.id = account_id
  WHERE account_id = $1 AND project_id = $2 AND cohort_id = $3 FOR NO KEY UPDATE OF cohort`

/**
 * Finds a cohort or makes it, with a feed for each destination of the account, and locks it. Undefined when there is no
 * such account, or it is being deleted.
 */
export const lockCohort = async (
  queries: Queries,
  accountId: string,
  cohort: PageCohort,
): Promise<LockedCohort | undefined> => {
  const key = [accountId, cohort.projectId, cohort.id]
  const found = await queries.one(lockSql, key)
  if (found !== undefined) return relabel(queries, found, cohort)
  await create(queries, key, cohort)
  const made = await queries.one(lockSql, key)
  return made && relabel(queries, made, cohort)
}

const relabel = async (
  queries: Queries,
  row: Row,
  { name, description }: PageCohort,
): Promise<LockedCohort | undefined> => {
  if (row['is_deleting'] === true) return undefined
  const id = number(row, 'id')
  if (row['name'] !== name || row['description'] !== description)
    await queries.run('UPDATE cohort_relay.cohort SET name = $2, description = $3 WHERE id = $1', [
      id,
      name,
      description,
    ])
  return { id, held: row['held'] === true, merges: row['merges'] === true }
}

const create = async (
  queries: Queries,
  key: readonly string[],
  { name, description }: PageCohort,
): Promise<void> => {
  // Two pages of a new cohort may come at once: the second one waits here and finds the first one's row.
  const made = await queries.one(
    `INSERT INTO cohort_relay.cohort(account_id, project_id, cohort_id, name, description)
     SELECT $1, $2, $3, $4, $5 FROM cohort_relay.account WHERE id = $1 AND deleting_since IS NULL
     ON CONFLICT DO NOTHING RETURNING id`,
    [...key, name, description],
  )
  if (made === undefined) return
  await queries.run(
    `INSERT INTO cohort_relay.feed(destination_id, cohort, start)
     SELECT id, $1, 0 FROM cohort_relay.destination WHERE account_id = $2 AND draining_since IS NULL`,
    [number(made, 'id'), key[0]],
  )
}
