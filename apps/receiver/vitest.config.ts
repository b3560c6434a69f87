import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { postgres } from '@cohort-relay/tools/postgres'
import { defineConfig } from 'vitest/config'

const tests = globSync('src/**/*.test.ts', { cwd: import.meta.dirname })
const testsThat = (mention: RegExp): string[] =>
  tests.filter((file) => mention.test(readFileSync(join(import.meta.dirname, file), 'utf8')))

/** A test that opens its database through these runs once with each store. */
const onBothStores = testsThat(
  /from '(\.\.?\/)+testing\/(new-test-database|run-receiver|run-admin|run-process)\.ts'/,
)
/** A test that asks for the server itself, or compares the stores, runs once. */
const onPostgres = testsThat(/inject\('postgres'\)|testing\/(transcript|transfer-places)\.ts'/)

export default defineConfig({
  test: {
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'sqlite', provide: { store: 'sqlite' }, include: tests, exclude: onPostgres },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          provide: { store: 'postgres' },
          include: [...onBothStores, ...onPostgres],
          globalSetup: postgres,
        },
      },
    ],
  },
})
