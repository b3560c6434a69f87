import { Client } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startPostgres, type PostgresServer } from '../postgres/start-postgres.ts'
import { startProxy, type ProxyOptions } from './start-proxy.ts'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.close())

const setup = async (options: Partial<ProxyOptions> = {}) => {
  const proxy = await startProxy({ serverFolder: server.folder, ...options })
  onTestFinished(() => proxy.close())
  const connect = async (folder = proxy.folder): Promise<Client> => {
    const client = new Client({
      connectionString: `postgres://postgres@/postgres?host=${folder}`,
      query_timeout: 300,
    })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => void client.end().catch(() => {}))
    return client
  }
  return { proxy, connect, direct: () => connect(server.folder) }
}

test('passes what the client and the server say', async () => {
  const { connect, proxy } = await setup()
  const client = await connect()
  await client.query('BEGIN')
  expect((await client.query('SELECT $1::text AS said', ['hello'])).rows).toEqual([{ said: 'hello' }])
  await client.query('COMMIT')
  expect([proxy.begun(), proxy.dropped()]).toEqual([1, 0])
})

test('lets the server commit and loses its answer, once', async () => {
  const { connect, direct, proxy } = await setup()
  const observer = await direct()
  await observer.query('DROP TABLE IF EXISTS kept; CREATE TABLE kept(id integer)')
  const client = await connect()
  proxy.dropNextCommit('cut')
  await client.query('BEGIN; INSERT INTO kept VALUES(1)')
  await expect(client.query('COMMIT')).rejects.toThrow(/terminated/)
  expect((await observer.query('SELECT id FROM kept')).rows).toEqual([{ id: 1 }])
  const second = await connect()
  await second.query('BEGIN; INSERT INTO kept VALUES(2); COMMIT')
  expect(proxy.dropped()).toBe(1)
})

test('is silent to connections that it had and to new ones, and ends them when it cuts', async () => {
  const { connect, proxy } = await setup()
  const client = await connect()
  proxy.setMode('silent')
  await expect(client.query('SELECT 1')).rejects.toThrow('timeout')
  proxy.setMode('cut')
  await expect(connect()).rejects.toThrow(/terminated|ECONNRESET|EPIPE/)
  proxy.setMode('pass')
  expect((await (await connect()).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})

test('answers later by as much as it was told', async () => {
  const { connect, proxy } = await setup()
  const client = await connect()
  proxy.setDelay(500)
  await expect(client.query('SELECT 1')).rejects.toThrow('timeout')
})

test('as a pooler gives each transaction another session, and one transaction only one', async () => {
  const { connect } = await setup({ pools: true })
  const client = await connect()
  const session = async (): Promise<unknown> =>
    (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
  expect(await session()).not.toBe(await session())
  await client.query('BEGIN')
  expect(await session()).toBe(await session())
  await client.query('COMMIT')
})
