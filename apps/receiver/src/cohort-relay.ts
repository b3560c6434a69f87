#!/usr/bin/env node
import { Command } from 'commander'
import { exportCommand } from './commands/export.ts'
import { importCommand } from './commands/import.ts'
import { migrateCommand } from './commands/migrate.ts'
import { partnerPacketCommand } from './commands/partner-packet.ts'
import { serve } from './serve.ts'

const program = new Command('cohort-relay')
  .description('Receives Mixpanel cohort syncs and passes every change on to partner systems.')
  .showHelpAfterError('Add --help to see how it is called.')
  .addHelpText('after', '\nSettings are environment variables: see the table in README.md.')

program.addCommand(
  new Command('serve')
    .description('run the service until SIGTERM or SIGINT (also: npm start)')
    .addHelpText(
      'after',
      `
Examples:
  cohort-relay serve
  DATABASE_URL=postgres://relay@db/relay ROLE=receive cohort-relay serve`,
    )
    .action(() => serve(process.env)),
)
program.addCommand(migrateCommand())
program.addCommand(exportCommand())
program.addCommand(importCommand())
program.addCommand(partnerPacketCommand())

await program.parseAsync()
