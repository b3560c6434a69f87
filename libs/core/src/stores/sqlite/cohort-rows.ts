import type { DatabaseSync } from 'node:sqlite'
import type { PageCohort } from '../../webhook/cohort-page.ts'
import { number, type Row } from './row.ts'

/** Finds a cohort's row or makes it, with a feed for each destination of the account. */
export const cohortRows = (database: DatabaseSync) => {
  const find = database.prepare(
    'SELECT id, name, description FROM cohort WHERE account_id = ? AND project_id = ? AND cohort_id = ?',
  )
  const insert = database.prepare(
    'INSERT INTO cohort(account_id, project_id, cohort_id, name, description) VALUES(?, ?, ?, ?, ?) RETURNING id',
  )
  const relabel = database.prepare('UPDATE cohort SET name = ?, description = ? WHERE id = ?')
  const feeds = database.prepare(
    'INSERT INTO feed(destination_id, cohort, start) SELECT id, ?, 0 FROM destination WHERE account_id = ?',
  )

  const create = (accountId: string, cohort: PageCohort): number => {
    const row = insert.get(accountId, cohort.projectId, cohort.id, cohort.name, cohort.description)
    const id = number(row?.['id'])
    feeds.run(id, accountId)
    return id
  }
  const update = (row: Row, { name, description }: PageCohort): number => {
    const id = number(row['id'])
    if (row['name'] !== name || row['description'] !== description) relabel.run(name, description, id)
    return id
  }
  return {
    rowOf: (accountId: string, cohort: PageCohort): number => {
      const row = find.get(accountId, cohort.projectId, cohort.id)
      return row === undefined ? create(accountId, cohort) : update(row, cohort)
    },
  }
}
