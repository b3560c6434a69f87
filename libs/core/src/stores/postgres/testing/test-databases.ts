import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { migratePostgres } from '../migrate.ts'

/** Databases with the newest schema and nothing in them, each made by copying one. */
export interface TestDatabases {
  /** The address of a new one. */
  create(): Promise<string>
  close(): Promise<void>
}

/** `url`: of a server's database `postgres`, as its superuser. */
export const createTestDatabases = async (url: string): Promise<TestDatabases> => {
  const template = `template_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE DATABASE ${template}`)
  await migratePostgres(databaseUrl(url, template))
  let databases = 0

  return {
    create: async () => {
      const name = `${template}_${++databases}`
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
      return databaseUrl(url, name)
    },
    close: () => client.end(),
  }
}

const databaseUrl = (url: string, name: string): string => url.replace('/postgres?', `/${name}?`)
