import { Command, CommanderError } from 'commander'
import { exitCodes, exitCodesText } from './command-line/exit-codes.ts'
import type { Surroundings } from './command-line/surroundings.ts'
import { accountsCommand } from './commands/accounts.ts'
import { applyCommand } from './commands/apply.ts'
import { auditCommand } from './commands/audit.ts'
import { cohortsCommand } from './commands/cohorts.ts'
import { connectorsCommand } from './commands/connectors.ts'
import { destinationsCommand } from './commands/destinations.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { keysCommand } from './commands/keys.ts'
import { migrateCommand } from './commands/migrate.ts'
import { partnerPacketCommand } from './commands/partner-packet.ts'
import { secretsCommand } from './commands/secrets.ts'
import { statusCommand } from './commands/status.ts'
import { tokensCommand } from './commands/tokens.ts'
import { serve } from './serve.ts'

const help = `
Settings are environment variables: see the table in README.md. How to run it day by day: docs/operate.md.
Each command has examples: cohort-relay accounts create --help

${exitCodesText}`

/** The whole command line, as it is called with the words after its name. */
export const runProgram = async (words: readonly string[], surroundings: Surroundings): Promise<void> => {
  const program = new Command('cohort-relay')
    .description('Receives Mixpanel cohort syncs and passes every change on to partner systems.')
    .addHelpText('after', help)
  for (const command of commandsOf(surroundings)) program.addCommand(command)
  settle(program, surroundings)
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    surroundings.end(error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code)
  }
}

const commandsOf = (surroundings: Surroundings): Command[] => [
  serveCommand(),
  statusCommand(surroundings),
  accountsCommand(surroundings),
  keysCommand(surroundings),
  destinationsCommand(surroundings),
  cohortsCommand(surroundings),
  connectorsCommand(surroundings),
  applyCommand(surroundings),
  doctorCommand(surroundings),
  tokensCommand(surroundings),
  secretsCommand(surroundings),
  auditCommand(surroundings),
  migrateCommand(),
  exportCommand(),
  importCommand(),
  partnerPacketCommand(),
]

const serveCommand = (): Command =>
  new Command('serve')
    .description('run the service until SIGTERM or SIGINT (also: npm start)')
    .addHelpText(
      'after',
      `
Examples:
  cohort-relay serve
  DATABASE_URL=postgres://relay@db/relay ROLE=receive cohort-relay serve`,
    )
    .action(() => serve(process.env))

/** Commands that are added take none of this over. */
const settle = (command: Command, surroundings: Surroundings): void => {
  command
    .showHelpAfterError('Add --help to see how it is called.')
    .allowExcessArguments(false)
    .configureOutput({ writeOut: surroundings.write, writeErr: surroundings.warn })
    .exitOverride()
  for (const one of command.commands) settle(one, surroundings)
}
