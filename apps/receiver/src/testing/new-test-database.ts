import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { postgresTestDatabase } from './postgres-test-database.ts'
import { sqliteTestDatabase } from './sqlite-test-database.ts'
import type { TestDatabase } from './test-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Which store this run of the tests is for: vitest.config.ts runs them once with each. */
    store: StoreName
  }
}

export type StoreName = 'sqlite' | 'postgres'

/** Takes what is to be undone, last first. */
export type CleanUp = (undo: () => void | Promise<void>) => void

/** A folder that goes when the test is over. */
export const temporaryFolder = (cleanUp: CleanUp = onTestFinished): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-receiver-'))
  cleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Of the store that this run of the tests is for, or of the one that is named. */
export const newTestDatabase = async (
  cleanUp: CleanUp = onTestFinished,
  store: StoreName = inject('store'),
): Promise<TestDatabase> =>
  store === 'sqlite' ? sqliteTestDatabase(temporaryFolder(cleanUp)) : postgresTestDatabase(inject('postgres'))
