import {
  allRows,
  importSource,
  type ImportPhase,
  type ImportReport,
  type TransferSource,
} from '@cohort-relay/core'
import { Command } from 'commander'
import { postgresUrlOf } from '../config.ts'
import { openSource } from './open-source.ts'
import { runCommand } from './run-command.ts'
import { renderImport } from './render-import.ts'
import { showProgress, type Progress } from './show-progress.ts'

const help = `
Examples:
  cohort-relay import --rehearse --from sqlite:data/cohort-relay.db --to postgres://relay@db/relay
  cohort-relay import --from sqlite:data/cohort-relay.db --to postgres://relay@db/relay
  DATABASE_URL=postgres://relay@db/relay cohort-relay import --from backup.crx

The database must have its tables (cohort-relay migrate) and no accounts, and nothing of ours may run on it or on the
source. Every table is read back and compared by count and digest. What was interrupted goes on where it stopped when it
is run again with the same source; receivers do not start on the database until it is complete and equal.
--rehearse does all of it in tables of its own and takes them back at the end. A receiver may run on the source then.
Connect to the server itself, not to a transaction pooler.

Destinations keep their encrypted settings: set the SECRET_KEY that the embedded database was used with.

Exit codes: 0 complete and equal; 1 refused, failed, or not equal.`

interface ImportOptions {
  readonly from: string
  readonly to?: string
  readonly rehearse: boolean
}

/** Carries an embedded database, or a file that `export` wrote, into PostgreSQL. */
export const importCommand = (): Command =>
  new Command('import')
    .description('carry an embedded database, or a file that export wrote, into an empty PostgreSQL')
    .requiredOption('--from <source>', 'sqlite:<file>, or the path of a file that export wrote')
    .option('--to <url>', 'postgres://user:password@host/database (default: DATABASE_URL)')
    .option('--rehearse', 'do everything, compare, and leave nothing behind', false)
    .addHelpText('after', help)
    .action((options: ImportOptions) => {
      const { rehearse } = options
      return runCommand(rehearse ? 'The rehearsal failed' : 'The import failed', () => importFrom(options))
    })

const importFrom = async ({ from, to, rehearse }: ImportOptions): Promise<0 | 1> => {
  const url = postgresUrlOf({ DATABASE_URL: to ?? process.env['DATABASE_URL'] })
  if (url === undefined)
    throw new Error('--to or DATABASE_URL must name a PostgreSQL: postgres://user:password@host/database.')
  const source = await openSource(from, rehearse)
  const phases = showPhases(source)
  const begunAt = performance.now()
  try {
    const report = await importSource(source, { url, rehearse, onRows: phases.update })
    phases.finish()
    return tell(report, { rehearse, seconds: (performance.now() - begunAt) / 1000 })
  } finally {
    phases.finish()
    source.close()
  }
}

/** One after the other, each from its first row to its last. */
const showPhases = ({ contents }: TransferSource) => {
  let phase: ImportPhase | undefined
  let progress: Progress | undefined
  const begin = (label: ImportPhase): Progress => {
    progress?.finish()
    phase = label
    const [screen, clock] = [process.stderr, () => performance.now()]
    return showProgress({ label, total: allRows(contents), screen, clock })
  }
  return {
    update: (current: ImportPhase, done: number): void => {
      if (current !== phase) progress = begin(current)
      progress?.update(done)
    },
    finish: (): void => progress?.finish(),
  }
}

const tell = (
  { tables, isEqual, resumedRows, obstacle }: ImportReport,
  { rehearse, seconds }: { readonly rehearse: boolean; readonly seconds: number },
): 0 | 1 => {
  const rows = tables.reduce((sum, { target }) => sum + target.rows, 0)
  console.log(`\n${renderImport(tables)}\n`)
  if (resumedRows > 0) console.log(`An earlier import had written ${count(resumedRows)} of the rows.`)
  console.log(
    `${count(rows)} rows in ${seconds.toFixed(1)} s, ${count(rows / seconds)} a second with reading and comparing.`,
  )
  const differing = tables.filter((table) => !table.isEqual).map(({ table }) => table)
  if (!isEqual) console.log(`Not equal: ${differing.join(', ')}. ${rehearse ? '' : anew}`.trimEnd())
  if (obstacle !== undefined) console.log(`The import itself would be refused now. ${obstacle}`)
  if (isEqual && rehearse) console.log('This was a rehearsal: nothing of it is left in the database.')
  if (isEqual && !rehearse)
    console.log('Start the receivers on it with the SECRET_KEY that was used until now.')
  const passed = isEqual && obstacle === undefined
  console.log(passed ? '\nPassed' : '\nFAILED')
  return passed ? 0 : 1
}

const count = (number: number): string => Math.round(number).toLocaleString('en-US')

const anew = 'Begin anew in an empty database: DROP SCHEMA cohort_relay CASCADE, then cohort-relay migrate.'
