import type { TestProject } from 'vitest/node'
import { startPostgres } from './start-postgres.ts'

export { startPostgres } from './start-postgres.ts'
export { createTestDatabases, type TestDatabases } from './test-databases.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL that lives as long as the test run, as its superuser. */
    postgres: string
  }
}

/** For `globalSetup` of a vitest project. */
export const postgres = import.meta.filename

/** Vitest calls this once for each project that asks for it. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgres()
  project.provide('postgres', server.url)
  return () => server.close()
}
