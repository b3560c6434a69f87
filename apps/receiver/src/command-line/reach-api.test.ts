import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { newTestDatabase } from '../testing/new-test-database.ts'
import { adminToken } from '../testing/receiver-client.ts'
import { commandLine } from '../testing/run-command-line.ts'
import { runProcess } from '../testing/run-process.ts'

const setup = async () => {
  const database = await newTestDatabase(undefined, 'sqlite')
  const DATABASE_URL = database.environment['DATABASE_URL']!
  const environment = { DATABASE_URL, PORT: await freePort() }
  return { database, environment, run: commandLine({ environment }) }
}

test('where no server runs, the embedded database is worked on, and the server finds it later', async () => {
  const { database, environment, run } = await setup()
  const made = await run('accounts', 'create', 'Acme', '--offline', '--json')
  expect(made).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^Working on .*relay\.db itself, offline\.\n$/),
  })
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  const listed = await run('accounts', 'list')
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(id) })
  expect(listed.stderr).toMatch(/^Nothing answers at http:\/\/127\.0\.0\.1:\d+\. Working on/)
  const receiver = runProcess({ ...environment, ADMIN_TOKEN: adminToken })
  const { url } = await receiver.untilEvent('receiver.ready')
  const opened = await fetch(`${url}/webhooks/mixpanel`, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body: '{}',
  })
  expect(opened.status).toBe(400)
  const online = await commandLine({ environment: { ...environment, ADMIN_TOKEN: adminToken } })('audit')
  expect(online).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringContaining('cohort-relay, offline'),
  })
  expect(await database.text()).not.toContain('crt_')
})

test('a database that is not there is made only with --offline', async () => {
  const { environment, run } = await setup()
  expect(await run('accounts', 'list')).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: expect.stringContaining('add --offline to make the database'),
  })
  expect(existsSync(environment.DATABASE_URL.slice('sqlite:'.length))).toBe(false)
})

test('a database that a server has open, at whatever port, is left alone, and the other way round', async () => {
  const { environment, run } = await setup()
  const receiver = runProcess({ ...environment, PORT: '0', ADMIN_TOKEN: adminToken })
  const { url } = await receiver.untilEvent('receiver.ready')
  for (const words of [
    ['accounts', 'list'],
    ['accounts', 'list', '--offline'],
  ])
    expect(await run(...words)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('Name its address with --url'),
    })
  const named = commandLine({ environment: { ...environment, ADMIN_TOKEN: adminToken } })
  expect(await named('accounts', 'list', '--url', url!)).toMatchObject({ exitCode: 0 })
  const second = runProcess({ ...environment, PORT: '0', ADMIN_TOKEN: adminToken })
  expect(await second.ended).toBe(1)
  expect(second.lines.join('\n')).toContain('Another process has it open')
})

test.each([
  ['no token', { PORT: '1', COHORT_RELAY_URL: 'http://127.0.0.1:1' }, 5, 'No token: set ADMIN_TOKEN'],
  [
    'nobody at the address',
    { COHORT_RELAY_URL: 'http://127.0.0.1:1', ADMIN_TOKEN: adminToken },
    3,
    'does not answer',
  ],
  ['an address that is none', { COHORT_RELAY_URL: 'canary', ADMIN_TOKEN: adminToken }, 2, 'must be http://'],
  [
    'a password in the address',
    { COHORT_RELAY_URL: 'http://a:canary@b', ADMIN_TOKEN: adminToken },
    2,
    'no password',
  ],
  ['settings that cannot be used', { PORT: 'canary' }, 2, 'PORT must be a port'],
])('%s ends in words', async (_name, environment, exitCode, words) => {
  const ended = await commandLine({ environment })('accounts', 'list')
  expect(ended).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(words) })
  expect(ended.stderr).not.toContain('canary')
})

test('an address where nobody is ends in words, and nothing else is worked on', async () => {
  const { environment } = await setup()
  const COHORT_RELAY_URL = `http://127.0.0.1:${await freePort()}`
  const run = commandLine({ environment: { ...environment, COHORT_RELAY_URL, ADMIN_TOKEN: adminToken } })
  expect(await run('accounts', 'list')).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: `${COHORT_RELAY_URL} does not answer: ECONNREFUSED.\n`,
  })
})

test('--offline is for the embedded database, and not for an address', async () => {
  const environment = { DATABASE_URL: 'postgres://relay@127.0.0.1:1/relay', SECRET_KEY: 'a1'.repeat(32) }
  const offline = await commandLine({ environment })('accounts', 'list', '--offline')
  expect(offline).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('names a PostgreSQL') })
  const both = await commandLine()('accounts', 'list', '--offline', '--url', 'http://127.0.0.1:1')
  expect(both).toMatchObject({ exitCode: 2 })
})

test('another program at the address is told from a server, and one that is too busy is asked again', async () => {
  let answers = 0
  const server = createServer((_request, response) => {
    answers += 1
    if (answers === 1) response.writeHead(429, { 'retry-after': '1' }).end()
    else response.end('<html>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ended = await commandLine({ environment: { ADMIN_TOKEN: adminToken } })(
    'accounts',
    'list',
    '--url',
    url,
  )
  expect(ended).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is no Cohort Relay') })
  expect(answers).toBe(2)
})
