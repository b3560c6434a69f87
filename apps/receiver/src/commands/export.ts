import { allRows, writeBackup } from '@cohort-relay/core'
import { Command } from 'commander'
import { openSource } from './open-source.ts'
import { runCommand } from './run-command.ts'
import { showProgress } from './show-progress.ts'

const help = `
Examples:
  cohort-relay export --from sqlite:data/cohort-relay.db --to backup.crx
  cohort-relay export --while-running --from sqlite:data/cohort-relay.db --to backup.crx

Stop the receiver first: while it runs the export is refused. With --while-running the file holds the database as it was
at one moment, and the pages that come afterwards are not in it.
The file holds people's ids and properties, hashes of API keys, and partner credentials as they are encrypted with
SECRET_KEY, which is not in it. Only its owner may read it.

Exit codes: 0 written; 1 refused or failed, and then there is no file.`

interface ExportOptions {
  readonly from: string
  readonly to: string
  readonly whileRunning: boolean
  readonly replace: boolean
}

/** Writes an embedded database into one file. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('write everything that an embedded database holds into one file')
    .option('--from <database>', 'the database: sqlite:<file>', 'sqlite:data/cohort-relay.db')
    .requiredOption('--to <file>', 'the file to write')
    .option('--while-running', 'also while a receiver runs on the database', false)
    .option('--replace', 'also where the file is there already', false)
    .addHelpText('after', help)
    .action((options: ExportOptions) => runCommand('The export failed', () => exportTo(options)))

const exportTo = async ({ from, to, whileRunning, replace }: ExportOptions): Promise<0> => {
  if (!from.startsWith('sqlite:')) throw new Error('--from must name a database: sqlite:<file>.')
  const source = await openSource(from, whileRunning)
  const progress = showProgress({
    label: 'writing',
    total: allRows(source.contents),
    screen: process.stderr,
    clock: () => performance.now(),
  })
  try {
    const { digest } = await writeBackup(source, { to, replace, onRows: (done) => progress.update(done) })
    progress.finish()
    console.log(`${to} holds ${allRows(source.contents).toLocaleString('en-US')} rows, digest ${digest}.`)
    return 0
  } finally {
    progress.finish()
    source.close()
  }
}
