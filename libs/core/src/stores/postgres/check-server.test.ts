import { expect, inject, test } from 'vitest'
import { migratePostgres } from './migrate.ts'
import { migrations } from './migrations.ts'
import { openPostgresStore } from './postgres-store.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const server = inject('postgres')

/** What it says when it refuses. */
const refusal = async (opening: ReturnType<typeof openPostgresStore>): Promise<string> => {
  const opened = await opening.catch((error: Error) => error.message)
  if (typeof opened === 'string') return opened
  await opened.close()
  return ''
}

test('a server that may lose what was acknowledged is refused, unless that is allowed', async () => {
  const url = await newDatabase()
  expect(await refusal(openPostgresStore({ url }))).toContain('Set fsync = on and restart the server.')
  expect(await refusal(openTestStore(url))).toBe('')
})

test('a database that takes no writes is refused, and the message names the setting', async () => {
  const url = await newDatabase()
  const [row] = await ask(url, 'SELECT current_database() AS name')
  await ask(url, `ALTER DATABASE "${String(row!['name'])}" SET default_transaction_read_only = on`)
  expect(await refusal(openPostgresStore({ url }))).toContain('default_transaction_read_only')
})

test('a database in another encoding is refused', async () => {
  await ask(server, "CREATE DATABASE ascii_only ENCODING 'SQL_ASCII' TEMPLATE template0")
  const url = server.replace('/postgres?', '/ascii_only?')
  expect(await refusal(openTestStore(url))).toBe('The database is not in UTF8. Create it with ENCODING UTF8.')
})

test('a database without the schema is refused with the command that makes it', async () => {
  await ask(server, 'CREATE DATABASE without_schema')
  const url = server.replace('/postgres?', '/without_schema?')
  expect(await refusal(openTestStore(url))).toContain('Run: cohort-relay migrate')
})

const newer = (url: string, needsProgram: number) =>
  ask(url, `INSERT INTO cohort_relay.migration VALUES(${migrations.length + 1}, ${needsProgram})`)

test('a newer schema is run on where it says that an older program may, and no longer', async () => {
  const url = await newDatabase()
  await newer(url, 1)
  expect(await refusal(openTestStore(url))).toBe('')
  expect(await migratePostgres(url)).toEqual({ from: migrations.length + 1, to: migrations.length + 1 })
  await ask(url, `UPDATE cohort_relay.migration SET needs_program = ${migrations.length + 1}`)
  expect(await refusal(openTestStore(url))).toContain('Update the program.')
})
