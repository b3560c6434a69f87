import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { startPartner } from './testing/partner.ts'
import { adminToken, receiverClient } from './testing/receiver-client.ts'
import { runProcess } from './testing/run-process.ts'
import { newTestDatabase } from './testing/new-test-database.ts'
import type { TestDatabase } from './testing/test-database.ts'
import { webhookPage } from './testing/webhook-page.ts'

const setup = async (settings: { database?: TestDatabase } = {}) => {
  const database = settings.database ?? (await newTestDatabase())
  const receiver = runProcess({ ADMIN_TOKEN: adminToken, ...database.environment })
  const { url } = await receiver.untilEvent('receiver.ready')
  return { ...receiver, ...receiverClient(url!), database }
}

describe('a start', () => {
  it('needs nothing but a place to write', async () => {
    // A server's address is the least that must be said; a file is made where none is named.
    const receiver = runProcess(inject('store') === 'sqlite' ? {} : (await newTestDatabase()).environment)
    const { url, webhook } = await receiver.untilEvent('receiver.ready')
    expect(webhook).toBe(`${url}/webhooks/mixpanel`)
    expect(await receiverClient(url!).get('/readyz')).toMatchObject({ status: 200 })
  })

  it('with another SECRET_KEY than that of what is stored says which one is missing, and ends', async () => {
    const database = await newTestDatabase()
    const key = (letter: string) => ({
      ...database.environment,
      ADMIN_TOKEN: adminToken,
      SECRET_KEY: letter.repeat(64),
    })
    const first = runProcess(key('a'))
    const client = receiverClient((await first.untilEvent('receiver.ready')).url!)
    const { id } = await client.createAccount()
    await client.createDestination(id, (await startPartner()).settings)
    first.kill('SIGTERM')
    await first.ended
    const second = runProcess(key('b'))
    expect(await second.ended).toBe(1)
    expect(second.lines.join('\n')).toContain(
      'SECRET_KEY is not the one that 1 destinations were encrypted with',
    )
    const third = runProcess({ ...key('b'), PREVIOUS_SECRET_KEYS: 'a'.repeat(64) })
    await third.untilEvent('receiver.ready')
  })

  it('without an account says how to switch the admin API on', async () => {
    const receiver = runProcess((await newTestDatabase()).environment)
    await receiver.untilLine('  curl ')
    expect(receiver.lines.join('\n')).toMatch(/ADMIN_TOKEN=\$\(openssl rand -hex 32\)[^]*npm start[^]*curl /)
  })

  it('without an account prints a command that makes one, as it stands', async () => {
    const { untilLine, lines } = await setup()
    const command = await untilLine('  curl ')
    const env = { ...process.env, ADMIN_TOKEN: adminToken }
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env })
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Acme', key: expect.stringMatching(/^crk_/) })
    expect(lines.join('\n')).not.toContain(adminToken)
  })

  it('with an account says nothing of that kind', async () => {
    const first = await setup()
    await first.createAccount()
    first.kill('SIGTERM')
    await first.ended
    const second = await setup({ database: first.database })
    second.kill('SIGTERM')
    await second.ended
    expect(second.lines.join('\n')).not.toContain('curl')
  })

  it('with wrong settings prints every problem and no value, and fails', async () => {
    const receiver = runProcess({
      PORT: 'canary',
      ADMIN_TOKEN: 'canary',
      DATABASE_URL: 'canary://x',
      LOG_LEVEL: 'canary',
    })
    expect(await receiver.ended).toBe(1)
    const text = receiver.lines.join('\n')
    for (const name of ['PORT', 'ADMIN_TOKEN', 'DATABASE_URL', 'LOG_LEVEL'])
      expect(text).toContain(`${name} must`)
    expect(text).not.toContain('canary')
  })

  it('on a port that is taken says so and fails', async () => {
    const { url, database } = await setup()
    const second = runProcess({
      ...(inject('store') === 'postgres' && database.environment),
      PORT: new URL(url).port,
    })
    expect(await second.ended).toBe(1)
    expect(second.lines.join('\n')).toContain('EADDRINUSE')
    expect(second.lines.join('\n')).toContain('is taken. Stop the other program')
  })
})

/** A receiver in the middle of a call, which the partner answers once it is released. */
const setupInCall = async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const partner = await startPartner((_call, response) => void released.then(() => response.end()))
  const receiver = await setup()
  const account = await receiver.createAccount()
  await receiver.createDestination(account.id, partner.settings)
  await receiver.post(account.key, webhookPage(['ann'], { session: 'one' }))
  await partner.untilCalls(1)
  return { receiver, account, release }
}

describe('an end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s has exit code 0', async (signal) => {
    const { kill, ended, untilEvent } = await setup()
    kill(signal)
    expect(await untilEvent('receiver.stopped')).toMatchObject({ signal })
    expect(await ended).toBe(0)
  })

  it('by SIGTERM waits for the call to a partner that is under way', async () => {
    const { receiver, account, release } = await setupInCall()
    receiver.kill('SIGTERM')
    await receiver.untilEvent('receiver.stopping')
    expect(await receiver.post(account.key, webhookPage(['bob']))).toMatchObject({ status: 503 })
    release()
    expect(await receiver.ended).toBe(0)
    expect(await receiver.untilEvent('batch.delivered')).toMatchObject({ applied: 1 })
  })

  it('by SIGTERM twice is in order as well', async () => {
    const { receiver, account, release } = await setupInCall()
    receiver.kill('SIGTERM')
    await receiver.untilEvent('receiver.stopping')
    receiver.kill('SIGTERM')
    expect(await receiver.post(account.key, webhookPage(['bob']))).toMatchObject({ status: 503 })
    release()
    expect(await receiver.ended).toBe(0)
    expect(await receiver.untilEvent('batch.delivered')).toMatchObject({ applied: 1 })
  })

  it('by SIGKILL loses nothing that was acknowledged', async () => {
    const partner = await startPartner()
    const first = await setup()
    const account = await first.createAccount()
    await first.createDestination(account.id, partner.settings)
    const pages = Array.from({ length: 5 }, (_, index) =>
      webhookPage([`member-${index}`], { session: 'one', page: [index + 1, 5] }),
    )
    for (const page of pages) expect(await first.post(account.key, page)).toMatchObject({ status: 200 })
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const second = await setup({ database: first.database })
    const told = () => new Set(partner.calls.flatMap(({ members }) => members.map(({ id }) => id)))
    // In how many calls depends on how far the steps get.
    for (let calls = 1; told().size < 5; calls++) await partner.untilCalls(calls)
    expect(await second.members(account.id, { id: '2' })).toHaveLength(5)
    expect(partner.calls.every(({ isSigned }) => isSigned)).toBe(true)
  })
})
