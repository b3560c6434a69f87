import type { Client } from 'pg'
import { migrations } from '../postgres/migrations.ts'
import { contentsProblem, targetProblem } from './check-target.ts'
import { importProgress, rowsIn, type ImportProgress } from './import-progress.ts'
import { advanceSequences, totalsOfTarget } from './import-rows.ts'
import { withTarget } from './target-connection.ts'
import { TransferError } from './transfer-error.ts'
import { transferTables } from './transfer-tables.ts'
import type { RowTotal, RowTotals } from './row-totals.ts'
import { totalsOf, type OnRows, type SourceTotals, type TransferSource } from './transfer-source.ts'
import { inTransaction, writeSource, type Transaction } from './write-source.ts'

export type ImportPhase = 'reading' | 'writing' | 'checking'

export interface ImportOptions {
  /** `postgres://user:password@host/database`, migrated and empty. Not through a transaction pooler. */
  readonly url: string
  /** True: everything is done in tables of its own in one transaction, which is taken back at the end. */
  readonly rehearse?: boolean
  readonly onRows?: (phase: ImportPhase, done: number) => void
}

export interface ImportedTable {
  readonly table: string
  readonly source: RowTotal
  /** Read back from the target. */
  readonly target: RowTotal
  readonly isEqual: boolean
}

export interface ImportReport {
  readonly tables: readonly ImportedTable[]
  /** False: the target is not as the source; receivers do not start on it. */
  readonly isEqual: boolean
  /** Rows that an earlier, interrupted import had written. */
  readonly resumedRows: number
  /** What the import itself would be refused for: only told by a rehearsal. */
  readonly obstacle: string | undefined
}

/**
 * Carries all of a source into an empty PostgreSQL and compares the two. What was interrupted goes on with the same
 * source where it stopped. Rejects with `TransferError` when it is refused or fails.
 */
export const importSource = async (source: TransferSource, options: ImportOptions): Promise<ImportReport> => {
  const onRows =
    (phase: ImportPhase): OnRows =>
    (done) =>
      options.onRows?.(phase, done)
  const totals = await totalsOf(source, onRows('reading'))
  return withTarget(options.url, (client) =>
    (options.rehearse === true ? rehearseInto : importInto)(client, { source, totals, onRows }),
  )
}

interface Import {
  readonly source: TransferSource
  readonly totals: SourceTotals
  readonly onRows: (phase: ImportPhase) => OnRows
}

const importInto = async (client: Client, { source, totals, onRows }: Import): Promise<ImportReport> => {
  const problem = await targetProblem(client)
  if (problem !== undefined) throw new TransferError(problem)
  const target = { client, schema: 'cohort_relay' }
  const transaction: Transaction = (work) => inTransaction(client, work)
  const progress = await transaction(() => beginOrGoOn(client, totals.digest))
  const resumedRows = rowsIn(progress)
  await writeSource(target, { source, progress, transaction, onRows: onRows('writing') })
  await transaction(() => advanceSequences(target, source.contents))
  await client.query(`ANALYZE ${transferTables.map(({ name }) => `cohort_relay.${name}`).join(', ')}`)
  const found = await transaction(() => totalsOfTarget(target, onRows('checking')))
  const tables = compare(totals.tables, found)
  const isEqual = tables.every((table) => table.isEqual)
  if (isEqual) await importProgress(client, target.schema).end()
  return { tables, isEqual, resumedRows, obstacle: undefined }
}

const beginOrGoOn = async (client: Client, digest: string): Promise<ImportProgress> => {
  const progress = importProgress(client, 'cohort_relay')
  const begun = await progress.read()
  if (begun?.source === digest) return begun.rows
  if (begun !== undefined)
    throw new TransferError(
      'The import of another source is unfinished here. Go on with that one, or begin anew: DROP SCHEMA cohort_relay CASCADE, then cohort-relay migrate.',
    )
  const problem = await contentsProblem(client)
  if (problem !== undefined) throw new TransferError(problem)
  return progress.begin(digest)
}

const rehearsalSchema = 'cohort_relay_rehearsal'

const rehearseInto = async (client: Client, { source, totals, onRows }: Import): Promise<ImportReport> => {
  const obstacle = await obstacleOf(client, totals.digest)
  const target = { client, schema: rehearsalSchema }
  await client.query('BEGIN')
  try {
    await client.query(`CREATE SCHEMA ${rehearsalSchema}`)
    for (const { sql } of migrations)
      await client.query(sql.replaceAll('cohort_relay.', `${rehearsalSchema}.`))
    const progress = await importProgress(client, rehearsalSchema).begin(totals.digest)
    await writeSource(target, { source, progress, transaction: noTransaction, onRows: onRows('writing') })
    await advanceSequences(target, source.contents)
    const tables = compare(totals.tables, await totalsOfTarget(target, onRows('checking')))
    return { tables, isEqual: tables.every((table) => table.isEqual), resumedRows: 0, obstacle }
  } finally {
    await client.query('ROLLBACK').catch(() => {}) // A connection that is gone has rolled back already.
  }
}

const obstacleOf = async (client: Client, digest: string): Promise<string | undefined> => {
  const problem = await targetProblem(client)
  if (problem !== undefined) return problem
  const begun = await importProgress(client, 'cohort_relay').read()
  if (begun !== undefined)
    return begun.source === digest ? undefined : 'The import of another source is unfinished here.'
  return contentsProblem(client)
}

/** For what is in one transaction already. */
const noTransaction: Transaction = (work) => work()

const compare = (source: RowTotals, target: RowTotals): ImportedTable[] =>
  transferTables.map(({ name }) => {
    const [read, written] = [source[name]!, target[name]!]
    const isEqual = read.rows === written.rows && read.digest === written.digest
    return { table: name, source: read, target: written, isEqual }
  })
