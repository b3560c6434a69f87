import { describe, expect, inject, it } from 'vitest'
import { runReceiver, type RunSettings } from './testing/run-receiver.ts'
import { startPartner } from './testing/partner.ts'
import { webhookPage, type PageOptions } from './testing/webhook-page.ts'

const setup = async (settings: RunSettings = {}) => {
  let later = 0
  let readings = 0
  const receiver = await runReceiver({
    now: () => new Date(Date.now() + later),
    // Whoever asks finds what was known before out of date.
    clock: () => (readings += 1000),
    ...settings,
  })
  const account = await receiver.createAccount()
  let sessions = 0
  const send = (ids: readonly string[], options: PageOptions = {}) =>
    receiver.post(account.key, webhookPage(ids, { session: `s${++sessions}`, ...options }))
  const change = (accountSettings: object) =>
    receiver.admin('PATCH', `/accounts/${account.id}`, { settings: accountSettings })
  const list = async () =>
    (await receiver.admin('GET', `/accounts/${account.id}/destinations`)).body.destinations
  return {
    ...receiver,
    account,
    send,
    change,
    list,
    pass: (seconds: number) => void (later += seconds * 1000),
  }
}

/** One destination, or two, of which the partner of one refuses the credentials. */
const setupRefused = async (accountSettings: object = {}, settings: RunSettings = {}) => {
  const world = await setup(settings)
  await world.change(accountSettings)
  let isRevoked = true
  const partner = await startPartner(
    (_call, response) => void response.writeHead(isRevoked ? 401 : 204).end(),
  )
  await world.createDestination(world.account.id, partner.settings)
  await world.send(['ann'])
  await world.until('batch.failed', { kind: 'unauthorized' })
  // The line is written last, after all was recorded.
  return { ...world, partner, mend: () => void (isRevoked = false) }
}

const refusal = {
  status: 403,
  body: {
    status: 'failure',
    error: { code: 403, message: expect.stringMatching(/^Webhook no longer accepts/) },
  },
}

/** What the check of a refused page looks at. */
const pageIsStored = async (world: Awaited<ReturnType<typeof setup>>): Promise<boolean> => {
  const before = await world.database.rows()
  await world.send(['refused'], { cohort: 'new' })
  const after = await world.database.rows()
  return JSON.stringify(before) !== JSON.stringify(after)
}

describe('a destination whose credentials are revoked', () => {
  it('is told to the customer on the next page, which is not stored', async () => {
    const world = await setupRefused()
    expect(await world.send(['bob'])).toMatchObject(refusal)
    expect(await pageIsStored(world)).toBe(false)
  })

  it('is seen by this check when the refused page is stored (negative control)', async () => {
    const world = await setupRefused({ reportDestinationErrors: false })
    expect(await pageIsStored(world)).toBe(true)
  })

  it('is told to the operator alone where the account wants that', async () => {
    const world = await setupRefused({ reportDestinationErrors: false })
    expect(await world.send(['bob'])).toMatchObject({ status: 200 })
    const shown = { state: 'unauthorized', unauthorizedSince: expect.any(String) }
    expect(await world.list()).toMatchObject([shown])
    expect(await world.cohorts(world.account.id)).toMatchObject([
      { destinations: [{ ...shown, lastError: expect.stringMatching(/^unauthorized: /) }] },
    ])
  })

  it.each<[boolean | null, number]>([
    [null, 200],
    [true, 403],
  ])('is one of two: with reportDestinationErrors %s the answer is %i', async (reports, status) => {
    const world = await setupRefused({ reportDestinationErrors: reports })
    const other = await startPartner()
    await world.createDestination(world.account.id, other.settings)
    expect(await world.send(['bob'])).toMatchObject({ status })
  })

  it('is still told after a restart', async () => {
    const first = await setupRefused()
    await first.stop()
    const second = await runReceiver({ database: first.database, secretKey: first.secretKey })
    expect(await second.post(first.account.key, webhookPage(['bob'], { session: 'x' }))).toMatchObject(
      refusal,
    )
  })

  it('gets what it is owed once they are mended, and pages are taken again', async () => {
    const world = await setupRefused()
    expect(await world.send(['bob'])).toMatchObject(refusal)
    world.mend()
    world.pass(600)
    await world.until('batch.delivered')
    expect(await world.list()).toMatchObject([{ state: 'active', unauthorizedSince: null }])
    expect(await world.send(['ann', 'bob'])).toMatchObject({ status: 200 })
    await world.partner.untilCalls(3)
    expect(world.partner.calls.slice(-2).map(({ members }) => members.map(({ id }) => id))).toEqual([
      ['ann'],
      ['bob'],
    ])
  })
})

describe('a disabled account', () => {
  it('is answered 403, and nothing is stored', async () => {
    const world = await setup()
    await world.change({ disabled: true })
    expect(await world.send(['ann'])).toMatchObject({ status: 403 })
    expect(await pageIsStored(world)).toBe(false)
  })

  it('is told nothing of what it is owed until it is enabled', async () => {
    const world = await setup()
    const partner = await startPartner()
    await world.send(['ann'])
    await world.until('session.applied')
    await world.change({ disabled: true })
    await world.createDestination(world.account.id, partner.settings)
    expect(await world.cohorts(world.account.id)).toMatchObject([{ destinations: [{ owed: 1 }] }])
    await world.change({ disabled: false })
    await partner.untilCalls(1)
    expect(partner.calls).toHaveLength(1)
  })
})

describe('backpressure', () => {
  it('refuses pages over the rate until time passes, and says when to come again', async () => {
    let now = 0
    const world = await setup({ limits: { pagesPerSecond: 1 }, clock: () => now })
    const statuses: number[] = []
    for (let pages = 0; pages < 6; pages++) statuses.push((await world.send(['ann'])).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    const refused = await world.send(['ann'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(5)
    expect(await pageIsStored(world)).toBe(false)
    now += 1000
    expect(await world.send(['ann'])).toMatchObject({ status: 200 })
  })

  it('refuses pages while too many wait to be applied', async () => {
    const world = await setup({ limits: { maxUnappliedPages: 2 } })
    await world.send(['ann'], { session: 'one', page: [1, 3] })
    await world.send(['bob'], { session: 'one', page: [2, 3] })
    expect(await world.send(['cid'], { session: 'one', page: [3, 3] })).toMatchObject({ status: 429 })
    expect(await pageIsStored(world)).toBe(false)
    world.pass(601)
    expect(await world.send(['cid'], { session: 'one', page: [3, 3] })).toMatchObject({ status: 200 })
  })

  it('takes pages when the disk cannot be asked', async () => {
    const freeDiskBytes = () => Promise.reject(new Error('no such folder'))
    const world = await setup({ limits: { minFreeDiskBytes: 1000 }, freeDiskBytes })
    expect(await world.send(['ann'])).toMatchObject({ status: 200 })
    await world.until('disk.unknown')
  })

  it('refuses pages while the disk is nearly full', async () => {
    let free = 999
    const world = await setup({ limits: { minFreeDiskBytes: 1000 }, freeDiskBytes: async () => free })
    expect(await world.send(['ann'])).toMatchObject({ status: 429 })
    expect(await pageIsStored(world)).toBe(false)
    await world.until('disk.low', { freeBytes: 999 })
    free = 1000
    expect(await world.send(['ann'])).toMatchObject({ status: 200 })
  })

  it('reads the room of the file system that holds the database, which of a server is not ours to see', async () => {
    const world = await setup({ limits: { minFreeDiskBytes: Number.MAX_SAFE_INTEGER } })
    const status = { sqlite: 429, postgres: 200 }[inject('store')]
    expect(await world.send(['ann'])).toMatchObject({ status })
  })

  it('is 503 and not a refusal when the store cannot be asked', async () => {
    const world = await setup({
      wrap: () => ({ countWaitingPages: () => Promise.reject(new Error('down')) }),
    })
    expect(await world.send(['ann'])).toMatchObject({ status: 503 })
  })
})

describe('how a cohort fares', () => {
  const syncEvery = async (world: Awaited<ReturnType<typeof setup>>, seconds: number, times: number) => {
    for (let syncs = 0; syncs < times; syncs++) {
      const since = world.lines.length
      world.pass(seconds)
      await world.send([], { action: 'add_members', page: [0, 0] })
      await world.until('session.applied', {}, since)
    }
  }

  it('is stale after three usual intervals of silence, with the last reply, empty differences included', async () => {
    const world = await setup()
    await syncEvery(world, 3600, 4)
    const [cohort] = await world.cohorts(world.account.id)
    expect(cohort).toMatchObject({ stale: false, lastReply: { status: 200, condition: 'success' } })
    expect(cohort.usualIntervalSeconds).toBeCloseTo(3600, -1)
    world.pass(3 * 3600 + 60)
    expect(await world.cohorts(world.account.id)).toMatchObject([{ stale: true }])
  })

  it('shows a refusal that came before the cohort was known', async () => {
    const world = await setup()
    await world.send(['ann'])
    await world.until('session.applied')
    await world.post(world.account.key, '{')
    const lastReply = { status: 400, condition: 'not-json', at: expect.any(String) }
    // The answer is out before it is noted.
    while ((await world.cohorts(world.account.id))[0].lastReply.status === 200);
    expect(await world.cohorts(world.account.id)).toMatchObject([{ lastReply }])
  })

  it('shows who was set aside, and why', async () => {
    const world = await setup()
    await world.post(world.account.key, webhookPage(['ann', { email: 'no-id' }, {}], { session: 's' }))
    await world.until('session.applied')
    const setAside = { members: 2, reasons: { 'id-missing': 2 } }
    expect(await world.cohorts(world.account.id)).toMatchObject([{ members: 1, setAside }])
  })
})
