import type { TestProject } from 'vitest/node'
import { startProxy } from '../postgres-faults/start-proxy.ts'
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

/** Vitest calls this once for each project that asks for it. POSTGRES_POOLER=1 puts a transaction pooler in between. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgres()
  if (process.env['POSTGRES_POOLER'] !== '1') {
    project.provide('postgres', server.url)
    return () => server.close()
  }
  const pooler = await startProxy({ serverFolder: server.folder, pools: true })
  project.provide('postgres', server.url.replace(server.folder, pooler.folder))
  return async () => {
    await pooler.close()
    await server.close()
  }
}
