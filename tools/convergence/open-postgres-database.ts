import { migratePostgres } from '@cohort-relay/core'
import { startPostgres } from '../postgres/start-postgres.ts'
import { createTestDatabases } from '../postgres/test-databases.ts'
import { shareWhileUsed } from './share-while-used.ts'

const startServer = async () => {
  const server = await startPostgres()
  const databases = await createTestDatabases(server.url, migratePostgres)
  return { databases, close: () => server.close() }
}

const borrowServer = shareWhileUsed(startServer)

/** An empty database with our schema, on one server for all that are open at a time. */
export const openPostgresDatabase = async (): Promise<{ url: string; close(): Promise<void> }> => {
  const { resource, giveBack } = await borrowServer()
  return { url: await resource.databases.create(), close: giveBack }
}
