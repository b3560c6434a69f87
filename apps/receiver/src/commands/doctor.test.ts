import { chmodSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, inject, test } from 'vitest'
import type { Finding } from '../doctor/finding.ts'
import { freePort } from '../testing/free-port.ts'
import { newTestDatabase } from '../testing/new-test-database.ts'
import { adminToken } from '../testing/receiver-client.ts'
import { commandLine } from '../testing/run-command-line.ts'
import { startPartner } from '../testing/partner.ts'
import { runReceiver } from '../testing/run-receiver.ts'

const key = 'a1'.repeat(32)

/** A receiver with one destination, and the doctor in the same environment. */
const setup = async () => {
  const partner = await startPartner()
  const receiver = await runReceiver({ secretKey: Buffer.from(key, 'hex') })
  const account = await receiver.createAccount()
  await receiver.createDestination(account.id, partner.settings)
  const examine = async (more: Record<string, string> = {}) => {
    const run = commandLine({
      environment: {
        ...receiver.database.environment,
        SECRET_KEY: key,
        ADMIN_TOKEN: adminToken,
        COHORT_RELAY_URL: receiver.url,
        MIN_FREE_DISK_BYTES: '0',
        ...more,
      },
    })
    const told = await run('doctor')
    const { findings } = JSON.parse((await run('doctor', '--json')).stdout) as { findings: Finding[] }
    return { ...told, findings, of: (level: string) => findings.filter((finding) => finding.level === level) }
  }
  return { partner, receiver, account, examine }
}

test('a sound installation passes, and the partner was asked', async () => {
  const { partner, examine } = await setup()
  const { exitCode, stdout, of } = await examine()
  expect(of('fail')).toEqual([])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/\n\d+ ok, \d+ warn, 0 fail\nPassed\n$/)
  expect(stdout).toContain('secret key: opens all 1 destinations')
  expect(stdout).toContain('destination webhook of Acme: the partner accepts the settings')
  expect(partner.calls.map(({ type }) => type)).toContain('cohort.relay.ping')
  // The server of the tests does without fsync, and says so.
  expect(of('warn').length).toBe(inject('store') === 'postgres' ? of('warn').length : 0)
})

test('a variable that cannot be used fails, and nothing else is asked', async () => {
  const { examine } = await setup()
  const { exitCode, findings } = await examine({ PORT: 'canary', ADMIN_TOKEN: 'short' })
  expect(exitCode).toBe(1)
  expect(findings.map(({ level, check }) => [level, check])).toEqual([
    ['fail', 'configuration'],
    ['fail', 'configuration'],
  ])
  expect(JSON.stringify(findings)).not.toContain('canary')
})

test('another secret key than that of the stored credentials fails; a previous one opens them', async () => {
  const { examine } = await setup()
  const other = 'b2'.repeat(32)
  const { exitCode, of } = await examine({ SECRET_KEY: other })
  expect(exitCode).toBe(1)
  expect(of('fail')).toMatchObject([
    { check: 'secret key', message: expect.stringContaining('does not open 1 of 1 destinations') },
  ])
  expect((await examine({ SECRET_KEY: other, PREVIOUS_SECRET_KEYS: key })).exitCode).toBe(0)
})

test('a partner that refuses, or is not there, fails with what to do', async () => {
  const { receiver, account, examine } = await setup()
  const gone = {
    url: `http://127.0.0.1:${await freePort()}/hooks`,
    secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
  }
  await receiver.createDestination(account.id, gone)
  const { exitCode, of } = await examine()
  expect(exitCode).toBe(1)
  expect(of('fail')).toMatchObject([
    {
      check: 'destination webhook of Acme',
      remedy: expect.stringContaining('cohort-relay destinations check'),
    },
  ])
})

test('a server that does not answer, or a wrong token, fails', async () => {
  const { examine } = await setup()
  expect(
    (await examine({ COHORT_RELAY_URL: `http://127.0.0.1:${await freePort()}` })).of('fail'),
  ).toMatchObject([{ check: 'server' }])
  const wrong = await examine({ ADMIN_TOKEN: 'x'.repeat(32) })
  expect(wrong.of('fail')).toMatchObject([{ check: 'server', message: expect.stringContaining('token') }])
})

test('too little room on the disk fails', async () => {
  const { examine } = await setup()
  const { of } = await examine({ MIN_FREE_DISK_BYTES: '999999999999' })
  const isSeen = inject('store') === 'sqlite'
  expect(of('fail').map(({ check }) => check)).toEqual(isSeen ? ['disk'] : [])
})

test('before the first start there is nothing to complain about but the missing server, and nothing is made', async () => {
  const database = await newTestDatabase(undefined, 'sqlite')
  const file = database.environment['DATABASE_URL']!.slice('sqlite:'.length)
  const run = commandLine({
    environment: { ...database.environment, ADMIN_TOKEN: adminToken, PORT: await freePort() },
  })
  const { exitCode, stdout } = await run('doctor')
  expect(exitCode).toBe(1)
  expect(stdout).toContain('database: there is none yet')
  expect(stdout).toMatch(/fail {2}server: Nothing answers at/)
  expect([existsSync(file), existsSync(join(dirname(file), 'secret.key'))]).toEqual([false, false])
})

test('without a server it works on the embedded database, and sees a key that others may read or that is gone', async () => {
  const database = await newTestDatabase(undefined, 'sqlite')
  const folder = dirname(database.environment['DATABASE_URL']!.slice('sqlite:'.length))
  const environment = {
    ...database.environment,
    ADMIN_TOKEN: adminToken,
    PORT: await freePort(),
    MIN_FREE_DISK_BYTES: '0',
  }
  await commandLine({ environment })('accounts', 'create', 'Acme', '--offline')
  chmodSync(join(folder, 'secret.key'), 0o644)
  const { stdout, stderr } = await commandLine({ environment })('doctor')
  expect(stderr).toContain('offline')
  expect(stdout).toMatch(/warn {2}secret key: others than its owner may read/)
  expect(stdout).toMatch(/warn {2}server: none runs on this machine/)
})
