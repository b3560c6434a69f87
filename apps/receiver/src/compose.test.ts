import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { startPartner } from './testing/partner.ts'
import { runReceiver, type RunningReceiver, type RunSettings } from './testing/run-receiver.ts'
import { webhookPage, type PageMember, type PageOptions } from './testing/webhook-page.ts'

const setup = async (settings: RunSettings = {}) => {
  const receiver = await runReceiver(settings)
  const account = await receiver.createAccount()
  /** Sends a whole sync and waits until the ledger has it. */
  const sync = async (members: readonly PageMember[], options: PageOptions = {}, by = account) => {
    const since = receiver.lines.length
    const session = crypto.randomUUID()
    const answer = await receiver.post(by.key, webhookPage(members, { session, ...options }))
    if (answer.status === 200) await receiver.until('session.applied', { accountId: by.id }, since)
    return answer
  }
  return { ...receiver, account, sync }
}

const setupWithPartner = async (identity?: unknown) => {
  const world = await setup()
  const partner = await startPartner()
  const destination = await world.createDestination(world.account.id, partner.settings, identity)
  return { ...world, partner, destination }
}

const idsOf = (call: { members: readonly { id: string }[] } | undefined): string[] =>
  (call?.members ?? []).map(({ id }) => id).toSorted()

describe('a page that came in', () => {
  it('reaches the partner, signed, with what identifies each member', async () => {
    const { partner, sync } = await setupWithPartner()
    await sync([{ mixpanel_distinct_id: 'ann', email: ' Ann@Example.com ', plan: 'pro' }, 'bob'])
    await partner.untilCalls(1)
    expect(partner.calls).toMatchObject([{ isSigned: true, type: 'cohort.members.added', cohortId: '2' }])
    expect(partner.calls[0]?.members).toMatchObject([
      { id: 'ann', identity: { kind: 'email', value: 'ann@example.com' }, properties: { plan: 'pro' } },
      { id: 'bob', identity: { kind: 'id', value: 'bob' } },
    ])
  })

  it('tells the partner who came and who left, and no one else', async () => {
    const { partner, sync } = await setupWithPartner()
    await sync(['ann', 'bob'])
    await partner.untilCalls(1)
    await sync(['cid'], { action: 'add_members' })
    await partner.untilCalls(2)
    await sync(['ann'], { action: 'remove_members' })
    await partner.untilCalls(3)
    await sync(['bob', 'dan'])
    await partner.untilCalls(5)
    expect(partner.calls.map((call) => [call.type.split('.').at(-1), idsOf(call)])).toEqual([
      ['added', ['ann', 'bob']],
      ['added', ['cid']],
      ['removed', ['ann']],
      ['removed', ['cid']],
      ['added', ['dan']],
    ])
  })

  it('calls nobody when it changes nothing', async () => {
    const { partner, sync } = await setupWithPartner()
    await sync(['ann', 'bob'])
    await partner.untilCalls(1)
    await sync(['bob', 'ann'])
    await sync([], { action: 'add_members' })
    await sync(['ann'], { action: 'add_members' })
    await sync(['marker'], { cohort: 'other' })
    await partner.untilCalls(2)
    expect(partner.calls.map(idsOf)).toEqual([['ann', 'bob'], ['marker']])
  })

  it('is read with the joining property that the destination names', async () => {
    const { partner, account, sync, until, cohorts } = await setupWithPartner([
      { property: 'user_id', kind: 'id' },
    ])
    await sync([{ mixpanel_distinct_id: 'device-1', user_id: 'real-1' }, 'device-2'])
    await partner.untilCalls(1)
    expect(partner.calls[0]?.members.map(({ identity }) => identity)).toEqual([
      { kind: 'id', value: 'real-1' },
    ])
    expect(await until('batch.delivered')).toMatchObject({ changes: 2, applied: 1, unresolved: 1 })
    expect(await cohorts(account.id)).toMatchObject([
      { members: 2, destinations: [{ owed: 0, delivered: 1, failed: 1 }] },
    ])
  })

  it('tells a member that came twice once, with the last values', async () => {
    const { partner, sync } = await setupWithPartner()
    await sync([
      { mixpanel_distinct_id: 'ann', plan: 'a' },
      { mixpanel_distinct_id: 'ann', plan: 'b' },
      'bob',
    ])
    await partner.untilCalls(1)
    expect(partner.calls[0]?.members).toMatchObject([{ id: 'ann', properties: { plan: 'b' } }, { id: 'bob' }])
  })

  it('is told under the same webhook-id until the partner has taken it', async () => {
    const world = await setup()
    let isDown = true
    const partner = await startPartner((_call, response) => void response.writeHead(isDown ? 500 : 204).end())
    await world.createDestination(world.account.id, partner.settings)
    await world.sync(['ann'])
    await world.until('batch.failed')
    isDown = false
    await world.until('batch.delivered')
    expect(new Set(partner.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('waits for its account to have a destination', async () => {
    const { account, sync, createDestination } = await setup()
    const partner = await startPartner()
    await sync(['ann'])
    await createDestination(account.id, partner.settings)
    await partner.untilCalls(1)
    expect(partner.calls.map(idsOf)).toEqual([['ann']])
  })
})

describe('two accounts', () => {
  it('with the same project, cohort and members never see each other', async () => {
    const world = await setupWithPartner()
    const other = await world.createAccount('Other')
    const otherPartner = await startPartner()
    await world.createDestination(other.id, otherPartner.settings)
    await world.sync(['ann', 'bob'])
    await world.sync(['bob', 'cid'], {}, other)
    await world.partner.untilCalls(1)
    await otherPartner.untilCalls(1)
    await world.sync(['cid'], { action: 'remove_members' }, other)
    await otherPartner.untilCalls(2)
    expect(await world.members(world.account.id, { id: '2' })).toEqual(['ann', 'bob'])
    expect(await world.members(other.id, { id: '2' })).toEqual(['bob'])
    expect(world.partner.calls.map(idsOf)).toEqual([['ann', 'bob']])
    expect(otherPartner.calls.map(idsOf)).toEqual([['bob', 'cid'], ['cid']])
  })

  it('do not see each other through the admin API either', async () => {
    const { account, admin, createAccount, sync } = await setup()
    const other = await createAccount('Other')
    await sync(['ann'])
    expect((await admin('GET', `/accounts/${other.id}/cohorts`)).body).toEqual({ cohorts: [] })
    expect((await admin('GET', `/accounts/${other.id}/cohorts/2/members`)).status).toBe(404)
    expect((await admin('GET', `/accounts/${account.id}/cohorts/2/members`)).status).toBe(200)
  })
})

describe('a caller', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

  it.each<[string, (key: string) => Record<string, string>]>([
    ['the password of Basic', (key) => basic(`mixpanel:${key}`)],
    ['the password of Basic without a user', (key) => basic(`:${key}`)],
    ['Bearer', (key) => ({ authorization: `Bearer ${key}` })],
    ['x-api-key', (key) => ({ 'x-api-key': key })],
  ])('is known by %s', async (_name, headers) => {
    const { account, post } = await setup()
    expect(await post('', webhookPage(['ann']), headers(account.key))).toMatchObject({ status: 200 })
  })

  it('is not known by a password after a user name with a colon', async () => {
    const { account, post } = await setup()
    expect(await post('', webhookPage(['ann']), basic(`mix:panel:${account.key}`))).toMatchObject({
      status: 401,
    })
  })

  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('may send %s', async (encoding, compress) => {
    const { account, post, until, members } = await setup()
    const body = compress(JSON.stringify(webhookPage(['ann'])))
    expect(await post(account.key, body, { 'content-encoding': encoding })).toMatchObject({ status: 200 })
    await until('session.applied')
    expect(await members(account.id, { id: '2' })).toEqual(['ann'])
  })
})

describe('a refused request', () => {
  const isUnharmed = async ({ database, ledger, account }: Awaited<ReturnType<typeof setup>>) => ({
    rows: await database.rows(),
    cohorts: await ledger(account.id),
  })

  it.each<[string, number, (receiver: RunningReceiver, key: string) => ReturnType<RunningReceiver['post']>]>([
    ['with a wrong key', 401, ({ post }) => post('wrong', webhookPage(['eve']))],
    ['without a key', 401, ({ post }) => post('', webhookPage(['eve']))],
    ['that is not JSON', 400, ({ post }, key) => post(key, '{')],
    ['that is no object', 400, ({ post }, key) => post(key, '[]')],
    ['without action', 400, ({ post }, key) => post(key, {})],
    [
      'with an inherited action',
      400,
      ({ post }, key) => post(key, { ...webhookPage(['eve']), action: 'toString' }),
    ],
    ['without cohort id', 400, ({ post }, key) => post(key, webhookPage(['eve'], { cohort: '' }))],
    ['without members', 400, ({ post }, key) => post(key, { action: 'members', mixpanel_cohort_id: '2' })],
    [
      'in another content type',
      400,
      ({ post }, key) => post(key, webhookPage(['eve']), { 'content-type': 'text/plain' }),
    ],
    ['that is nested too deeply', 400, ({ post }, key) => post(key, '['.repeat(100_000))],
    ['in invalid UTF-8', 400, ({ post }, key) => post(key, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['that is too large', 400, ({ post }, key) => post(key, Buffer.alloc(70_000, 0x20))],
    [
      'that is too large once decompressed',
      400,
      ({ post }, key) => post(key, gzipSync(Buffer.alloc(70_000, 0x20)), { 'content-encoding': 'gzip' }),
    ],
  ])('%s stores nothing', async (_name, status, send) => {
    const world = await setup({ maxBodyBytes: 65_536 })
    await world.sync(['stays'])
    const before = await isUnharmed(world)
    expect(await send(world, world.account.key)).toMatchObject({
      status,
      body: { status: 'failure', error: { code: status } },
    })
    expect(await isUnharmed(world)).toEqual(before)
  })

  it('is seen by this check when something is stored (negative control)', async () => {
    const world = await setup()
    await world.sync(['stays'])
    const before = await isUnharmed(world)
    await world.post(world.account.key, webhookPage(['eve'], { session: 'held', page: [1, 2] }))
    expect(await isUnharmed(world)).not.toEqual(before)
  })

  it('is 16 MiB and one byte long; 16 MiB are taken', async () => {
    const { account, post } = await setup()
    const page = Buffer.from(JSON.stringify(webhookPage(['ann'])))
    const padded = (size: number) => Buffer.concat([page, Buffer.alloc(size - page.length, 0x20)])
    const limit = 16 * 1024 * 1024
    expect(await post(account.key, padded(limit))).toMatchObject({ status: 200 })
    expect(await post(account.key, padded(limit + 1))).toMatchObject({ status: 400 })
  })

  it('costs one look-up and gets one text, whether the key is missing, malformed, unknown or wrong', async () => {
    const looked: string[] = []
    const { account, post } = await setup({
      wrap: (store) => ({
        findKey: (keyId) => {
          looked.push(keyId)
          return store.findKey(keyId)
        },
      }),
    })
    const stranger = await setup()
    const wrongKeys = ['', 'malformed', stranger.account.key, `${account.key.slice(0, -1)}!`]
    const texts = new Set<string>()
    for (const key of wrongKeys) texts.add((await post(key, webhookPage(['eve']))).text)
    expect(texts.size).toBe(1)
    expect(looked).toHaveLength(wrongKeys.length)
  })
})

describe('a store that fails', () => {
  const full = () =>
    Promise.reject(
      Object.assign(new Error('database or disk is full'), { errstr: 'database or disk is full' }),
    )

  it('is answered with 503 and no acknowledgement, and the page is taken when it works again', async () => {
    let isFull = true
    const { account, post, until, database, members } = await setup({
      wrap: (store) => ({ storePage: (page) => (isFull ? full() : store.storePage(page)) }),
    })
    const page = webhookPage(['ann'], { session: 'one' })
    const refused = await post(account.key, page)
    expect(refused).toMatchObject({ status: 503, body: { action: 'members', status: 'failure' } })
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await database.rows()).toMatchObject({ pages: 0 })
    isFull = false
    expect(await post(account.key, page)).toMatchObject({ status: 200 })
    await until('session.applied')
    expect(await members(account.id, { id: '2' })).toEqual(['ann'])
  })

  it('never becomes a 401 when it is the keys that cannot be read', async () => {
    const { account, post } = await setup({ wrap: () => ({ findKey: full }) })
    for (const key of [account.key, 'wrong', ''])
      expect(await post(key, webhookPage(['ann']))).toMatchObject({ status: 503 })
  })

  it('makes the receiver not ready, and ready again', async () => {
    let isGone = true
    const { get } = await runReceiver({
      wrap: (store) => ({ findAccount: (id) => (isGone ? full() : store.findAccount(id)) }),
    })
    expect(await get('/readyz')).toMatchObject({ status: 503, body: { status: 'not-ready' } })
    expect(await get('/healthz')).toMatchObject({ status: 200 })
    isGone = false
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })
})

describe('the log at its finest level', () => {
  const canaries = ['canary', 'Canary', 'crk_', 'tests-only', 'CANARY']

  const play = async () => {
    const world = await setup()
    const partner = await startPartner(({ members }, response) =>
      response.end(
        JSON.stringify({ results: members.map(({ id }) => ({ id, outcome: 'refused', reason: 'no room' })) }),
      ),
    )
    await world.createDestination(world.account.id, {
      ...partner.settings,
      headers: { 'x-partner-token': 'canary-token' },
    })
    await world.sync([
      { mixpanel_distinct_id: 'canary-id', email: 'canary@example.com', first_name: 'Canary' },
    ])
    await world.until('batch.delivered')
    await world.post(world.account.key, '{"canary')
    await world.post(world.account.key, { action: 'canary' })
    await world.post('canary-key', webhookPage(['canary']))
    await world.post(world.account.key, 'CANARY', { 'content-type': 'text/canary' })
    await world.admin('POST', `/accounts/${world.account.id}/destinations`, { connector: 'canary' })
    await world.get('/webhooks/canary')
    await world.stop()
    return world
  }

  it('holds no e-mail address, key, secret or body', async () => {
    const { lines } = await play()
    const text = JSON.stringify(lines)
    expect(lines.length).toBeGreaterThan(5)
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([])
  })

  it('the check tells what it looks for (negative control)', async () => {
    const { account, database } = await play()
    const text = [await database.text(), account.key].join()
    expect(canaries.filter((canary) => text.includes(canary))).not.toEqual([])
  })

  it('tells every decision in one line a page and one line a batch', async () => {
    const { partner, account, destination, sync, until, lines } = await setupWithPartner()
    await sync(['ann', { email: 'no-id@example.com' }])
    await partner.untilCalls(1)
    await until('batch.delivered')
    const told = lines.filter(({ level }) => Number(level) >= 30).map(({ msg }) => msg)
    expect(told.toSorted()).toEqual(['batch.delivered', 'page.accepted', 'session.applied'])
    expect(lines.find(({ msg }) => msg === 'page.accepted')).toMatchObject({
      accountId: account.id,
      action: 'replace',
      projectId: '1',
      cohortId: '2',
      pageNumber: 1,
      totalPages: 1,
      members: 1,
      setAside: { 'id-missing': 1 },
      decision: 'whole',
      status: 200,
    })
    expect(lines.find(({ msg }) => msg === 'batch.delivered')).toMatchObject({
      accountId: account.id,
      destinationId: destination,
      connector: 'webhook',
      cohortId: '2',
      changes: 1,
      applied: 1,
      unresolved: 0,
      calls: expect.any(Number),
    })
  })
})
