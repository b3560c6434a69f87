import { migratePostgres } from '@cohort-relay/core'
import { Command } from 'commander'
import { postgresUrlOf } from '../config.ts'
import { migrateSignals } from '../postgres-signals.ts'

const examples = `
Examples:
  DATABASE_URL=postgres://relay@db/relay cohort-relay migrate

Run it before the new version of the service is started. Versions before it go on running meanwhile. What was
interrupted goes on where it stopped, and two of them at once do every step once. SQLite files need none: they are
brought up to date when they are opened.

Exit codes: 0 done, or nothing to do; 1 failed.`

/** Brings the schema of a PostgreSQL database up to date. */
export const migrateCommand = (): Command =>
  new Command('migrate')
    .description('create or update the tables of the PostgreSQL that DATABASE_URL names')
    .addHelpText('after', examples)
    .action(async () => {
      const url = postgresUrlOf(process.env)
      if (url === undefined)
        return fail('DATABASE_URL must name a PostgreSQL: postgres://user:password@host/database')
      try {
        const { from, to } = await migratePostgres(url, printStep)
        await migrateSignals(url)
        console.log(
          from === to ? `The schema is up to date: ${to}.` : `The schema was ${from} and is ${to} now.`,
        )
      } catch (error) {
        fail(`The migration failed: ${(error as Error).message}`)
      }
    })

const printStep = (step: number, of: number): void => console.log(`Step ${step} of ${of} is done.`)

const fail = (problem: string): void => {
  console.error(problem)
  process.exitCode = 1
}
