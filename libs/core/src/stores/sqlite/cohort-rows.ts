import type { DatabaseSync } from 'node:sqlite'
import type { PageCohort } from '../../webhook/cohort-page.ts'
import { number, type Row } from './row.ts'

const prepare = (database: DatabaseSync) => ({
  account: database.prepare('SELECT 1 FROM account WHERE id = ? AND deleting_since IS NULL'),
  find: database.prepare(
    'SELECT id, name, description FROM cohort WHERE account_id = ? AND project_id = ? AND cohort_id = ?',
  ),
  insert: database.prepare(
    'INSERT INTO cohort(account_id, project_id, cohort_id, name, description) VALUES(?, ?, ?, ?, ?) RETURNING id',
  ),
  standing: database.prepare(
    `SELECT held_members > 0 AS held, settings ->> '$.membersAction' = 'merge' AS merges
     FROM cohort JOIN account ON account.id = account_id WHERE cohort.id = ?`,
  ),
  relabel: database.prepare('UPDATE cohort SET name = ?, description = ? WHERE id = ?'),
  feeds: database.prepare(
    `INSERT INTO feed(destination_id, cohort, start)
     SELECT id, ?, 0 FROM destination WHERE account_id = ? AND draining_since IS NULL`,
  ),
})

/** Finds a cohort's row or makes it, with a feed for each destination of the account. */
export class CohortRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  /** Undefined when there is no such account, or it is being deleted. */
  rowOf(accountId: string, cohort: PageCohort): number | undefined {
    if (this.#statements.account.get(accountId) === undefined) return undefined
    const row = this.#statements.find.get(accountId, cohort.projectId, cohort.id)
    return row === undefined ? this.#create(accountId, cohort) : this.#update(row, cohort)
  }

  /** Whether removals wait for approval, and whether `members` only adds. */
  standing(cohort: number): { readonly held: boolean; readonly merges: boolean } {
    const row = this.#statements.standing.get(cohort)
    return { held: row?.['held'] === 1, merges: row?.['merges'] === 1 }
  }

  #create(accountId: string, { projectId, id, name, description }: PageCohort): number {
    const row = number(this.#statements.insert.get(accountId, projectId, id, name, description)?.['id'])
    this.#statements.feeds.run(row, accountId)
    return row
  }

  #update(row: Row, { name, description }: PageCohort): number {
    const id = number(row['id'])
    if (row['name'] !== name || row['description'] !== description)
      this.#statements.relabel.run(name, description, id)
    return id
  }
}
