import { Command } from 'commander'
import { createIngestCommand } from './ingest-command.ts'
import { runIngest } from './run-ingest.ts'
import { runStores } from './stores/run-stores.ts'
import { createStoresCommand } from './stores/stores-command.ts'

const program = new Command('bench')
  .description('Measures Cohort Relay against something plain, in one run on one machine.')
  .addCommand(
    createIngestCommand(async (options) => {
      process.exitCode = await runIngest(options, process.stdout)
    }),
  )
  .addCommand(
    createStoresCommand(async (options) => {
      process.exitCode = await runStores(options, process.stdout)
    }),
  )

// An exit, unlike a signal, lets what is running be ended and its files be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
await program.parseAsync()
