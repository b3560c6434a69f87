import { tmpdir } from 'node:os'
import { Command } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'

export interface IngestOptions {
  /** Rounds; each plays every contestant once. */
  readonly runs: number
  /** Measured pages of each contestant in each run. */
  readonly pages: number
  /** Pages before the measured ones. */
  readonly warmUp: number
  readonly connections: number
  /** The databases are made below it. */
  readonly folder: string
  /** True: the server gets one core and the load another, where that can be done. */
  readonly pin: boolean
  /** File for the figures; undefined: the table only. */
  readonly json?: string
}

export const createIngestCommand = (run: (options: IngestOptions) => Promise<void>): Command =>
  new Command('ingest')
    .description('Pages of 1,000 new members: acknowledged after fsync, against parsed and thrown away.')
    .option('--runs <count>', 'interleaved runs', wholeNumber(1, 100), 5)
    .option('--pages <count>', 'pages a run, of 1,000 members and about 290 kB', wholeNumber(1, 2000), 300)
    .option('--warm-up <count>', 'pages before the measured ones', wholeNumber(0, 2000), 100)
    .option(
      '--connections <count>',
      'keep-alive connections, each with one page in flight',
      wholeNumber(1, 64),
      4,
    )
    .option('--folder <path>', 'where the databases are made; a real disk, please', tmpdir())
    .option('--no-pin', 'leave it to the system which cores are used')
    .option('--json <file>', 'write all figures to this file as well')
    .allowExcessArguments(false)
    .action((options: IngestOptions) => run(options))
