import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/** Databases of one schema with nothing in them, each made by copying one. */
export interface TestDatabases {
  /** The address of a new one. */
  create(): Promise<string>
}

/** `url`: of a server's database `postgres`, as its superuser. `migrate` makes the schema in the database it is given. */
export const createTestDatabases = async (
  url: string,
  migrate: (url: string) => Promise<unknown>,
): Promise<TestDatabases> => {
  const template = `template_${randomUUID().replaceAll('-', '')}`
  await command(url, `CREATE DATABASE ${template}`)
  await migrate(databaseUrl(url, template))
  let databases = 0

  return {
    create: async () => {
      const name = `${template}_${++databases}`
      await command(url, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
      return databaseUrl(url, name)
    },
  }
}

const databaseUrl = (url: string, name: string): string => url.replace('/postgres?', `/${name}?`)

const command = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
