import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startPartner } from './testing/partner.ts'
import { runReceiver, type RunSettings } from './testing/run-receiver.ts'
import { newTestDatabase } from './testing/new-test-database.ts'
import { webhookPage } from './testing/webhook-page.ts'

/** A receiver whose partner gives no answer to the first call, which is under way. */
const setup = async (settings: RunSettings = {}) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const partner = await startPartner((_call, response) => {
    if (partner.calls.length > 1) response.end()
    else void released.then(() => response.end())
  })
  const receiver = await runReceiver({ graceSeconds: 0.2, ...settings })
  const account = await receiver.createAccount()
  await receiver.createDestination(account.id, partner.settings)
  const hang = async (): Promise<void> => {
    await receiver.post(account.key, webhookPage(['ann'], { session: 'one' }))
    await partner.untilCalls(1)
  }
  return { ...receiver, account, partner, hang, release }
}

/** A page of which only the head and the first byte were sent. */
const beginPage = async (port: number, key: string) => {
  const body = JSON.stringify(webhookPage(['late'], { cohort: 'late' }))
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString()))
  const head = `POST /webhooks/mixpanel HTTP/1.1\r\nHost: test\r\nx-api-key: ${key}\r\nExpect: 100-continue\r\n`
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`)
  // The answer to Expect shows that the request has begun.
  await once(socket, 'data')
  return {
    finish: async (): Promise<string> => {
      socket.write(body)
      await once(socket, 'close')
      return received
    },
  }
}

describe('while it stops, the receiver', () => {
  it('takes no new page, on old and new connections, and says so to whoever asks', async () => {
    const { account, post, get, hang, release, stop } = await setup({ graceSeconds: 5 })
    await hang()
    const stopped = stop()
    for (const connection of ['keep-alive', 'close']) {
      const answer = await post(account.key, webhookPage(['bob']), { connection })
      expect(answer).toMatchObject({ status: 503, body: { action: null, status: 'failure' } })
      expect(answer.headers.get('connection')).toBe('close')
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { notReady: ['shutting down'] } })
    expect(await get('/healthz')).toMatchObject({ status: 200 })
    release()
    await stopped
  })

  it('answers the page that is under way, durably', async () => {
    const world = await setup({ graceSeconds: 5 })
    const page = await beginPage(world.port, world.account.key)
    const stopped = world.stop()
    expect(await page.finish()).toMatch(/HTTP\/1.1 200 OK[^]*connection: close[^]*"status":"success"/i)
    await stopped
    world.release()
    const { database, secretKey } = world
    const again = await runReceiver({ database, secretKey })
    await again.until('session.applied')
    expect(await again.members(world.account.id, { id: 'late' })).toEqual(['late'])
  })

  it('lets a call to a partner finish', async () => {
    const { hang, release, stop, until, lines } = await setup({ graceSeconds: 5 })
    await hang()
    const stopped = stop()
    release()
    await stopped
    expect(await until('batch.delivered')).toMatchObject({ applied: 1 })
    expect(lines.some(({ msg }) => msg === 'batch.failed')).toBe(false)
  })

  it('cuts off a call that hangs, and sends it again after the next start under the same webhook-id', async () => {
    const { hang, stop, partner, lines, database, secretKey, account } = await setup()
    await hang()
    await stop()
    expect(lines.some(({ msg }) => msg === 'batch.delivered')).toBe(false)
    const again = await runReceiver({ database, secretKey })
    await partner.untilCalls(2)
    await again.until('batch.delivered')
    const [first, second] = partner.calls
    expect(second).toMatchObject({ isSigned: true, members: first?.members })
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(await again.cohorts(account.id)).toMatchObject([{ destinations: [{ owed: 0, delivered: 1 }] }])
  })

  it('cuts off a page that never ends', async () => {
    const { port, account, stop, database } = await setup({ graceSeconds: 0 })
    await beginPage(port, account.key)
    await stop()
    expect(await database.rows()).toMatchObject({ pages: 0 })
  })
})

/** A stop of which the test says when whoever sends pages had time to notice. */
const drainingStop = async (role: 'all' | 'receive', drains: boolean) => {
  const { promise: drained, resolve: endDrain } = Promise.withResolvers<void>()
  const receiver = await runReceiver({ role, ...(drains && { drain: () => drained }) })
  const account = await receiver.createAccount()
  return { ...receiver, account, endDrain, stopped: receiver.stop() }
}

describe.each(['all', 'receive'] as const)('with nothing under way, a process of ROLE=%s', (role) => {
  it('still answers, until a load balancer had time to see that it is not ready', async () => {
    const { account, get, post, endDrain, stopped } = await drainingStop(role, true)
    for (let asked = 0; asked < 3; asked += 1) {
      expect(await get('/readyz')).toMatchObject({ status: 503, body: { notReady: ['shutting down'] } })
      const answer = await post(account.key, webhookPage(['ann']))
      expect(answer).toMatchObject({ status: 503, body: { status: 'failure' } })
      expect(answer.headers.get('connection')).toBe('close')
    }
    endDrain()
    await stopped
    await expect(get('/readyz')).rejects.toThrow('fetch failed')
  })

  it('that gives no time is gone before anybody could see it (negative control)', async () => {
    const { get, stopped } = await drainingStop(role, false)
    await stopped
    await expect(get('/readyz')).rejects.toThrow('fetch failed')
  })
})

describe('after a restart, the receiver', () => {
  it('has accounts, keys, destinations, half-arrived sessions and the ledger', async () => {
    const database = await newTestDatabase()
    const partner = await startPartner()
    const first = await runReceiver({ database })
    const account = await first.createAccount()
    await first.createDestination(account.id, partner.settings)
    await first.post(account.key, webhookPage(['ann'], { session: 'one' }))
    await first.until('batch.delivered')
    await first.post(account.key, webhookPage(['bob'], { session: 'two', page: [2, 2] }))
    const before = await first.cohorts(account.id)
    await first.stop()
    const second = await runReceiver({ database, secretKey: first.secretKey })
    expect(await second.cohorts(account.id)).toEqual(before)
    await second.post(account.key, webhookPage(['cid'], { session: 'two', page: [1, 2] }))
    await second.until('session.applied')
    expect((await second.members(account.id, { id: '2' })).toSorted()).toEqual(['bob', 'cid'])
    await partner.untilCalls(3)
    expect(partner.calls.map(({ type }) => type)).toEqual([
      'cohort.members.added',
      'cohort.members.removed',
      'cohort.members.added',
    ])
  })
})
