import { hash, randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { newTestDatabase } from '../testing/new-test-database.ts'
import { runReceiver, type RunSettings } from '../testing/run-receiver.ts'
import { webhookPage } from '../testing/webhook-page.ts'
import { lookUpAt, productSettings } from './testing/deployment-of.ts'
import { startLookUpEndpoint } from './testing/start-look-up-endpoint.ts'
import { startProduct } from './testing/start-product.ts'

const key = 'key-of-ann'

const setup = async (settings: RunSettings & { readonly lines?: readonly string[] } = {}) => {
  const [service, product] = [await startLookUpEndpoint(), await startProduct('token-1', 'token-2')]
  /** What the service says of a customer: the product knows her by this token. */
  const answer = (token = 'token-1', id = 'customer/7') => ({
    account: { id, name: id === 'customer/7' ? 'Ann & Co' : 'Bob & Sons', plan: 'gold' },
    destinations: [{ connector: 'webhook', settings: productSettings(product.url, token) }],
  })
  service.knows(key, answer())
  let later = 0
  const times = { now: () => new Date(Date.now() + later), clock: () => performance.now() + later }
  const run = async (more: RunSettings = {}) =>
    runReceiver({ ...times, deployment: lookUpAt(service, settings.lines), ...settings, ...more })
  const receiver = await run()
  let sessions = 0
  const page = (ids: readonly string[]) => webhookPage(ids, { session: `s${++sessions}` })
  const { admin } = receiver
  const accounts = async () => (await admin('GET', '/accounts')).body.accounts
  return {
    ...receiver,
    service,
    product,
    answer,
    run,
    page,
    send: (ids: readonly string[] = ['ann'], withKey = key) => receiver.post(withKey, page(ids)),
    accounts,
    /** Of the first customer. */
    list: async (what: 'destinations' | 'keys') => {
      const found = (await accounts()).find(({ name }: { name: string }) => name === 'Ann & Co')
      return (await admin('GET', `/accounts/${found.id}/${what}`)).body[what]
    },
    pass: (seconds: number) => void (later += seconds * 1000),
  }
}

const refused = { status: 401 }
const unchecked = {
  status: 503,
  body: { error: { message: expect.stringMatching(/could not be checked just now/) } },
}
const taken = { status: 200, body: { status: 'success' } }

describe('a key that the service knows', () => {
  it('opens the account that the service names, with the destination that it names', async () => {
    const { send, product, service, accounts, list } = await setup()
    expect(await send(['ann', 'bob'])).toMatchObject(taken)
    await product.untilDelivered('bob')
    expect(await accounts()).toMatchObject([{ name: 'Ann & Co' }])
    expect(await list('destinations')).toMatchObject([{ connector: 'webhook', properties: 'all' }])
    expect(product.calls.every((call) => call.key === 'token-1')).toBe(true)
    expect(service.calls).toEqual([{ body: { keyHash: hash('sha256', key, 'hex') }, isSigned: true }])
  })

  it('is told itself where the deployment says so', async () => {
    const { send, service } = await setup({ lines: ['sends: key'] })
    expect(await send()).toMatchObject(taken)
    expect(service.calls).toEqual([{ body: { key }, isSigned: true }])
  })

  it('is asked about once in its time to live, and no more often when many pages come', async () => {
    const { send, service, pass } = await setup({ lines: ['ttlSeconds: 100'] })
    await Promise.all(Array.from({ length: 12 }, (_, index) => send([`m${index}`])))
    pass(99)
    await send()
    expect(service.calls).toHaveLength(1)
    pass(2)
    expect(await send()).toMatchObject(taken)
    expect(service.calls).toHaveLength(2)
  })

  it('leads to one account with every other key of that account', async () => {
    const { send, service, answer, accounts, list } = await setup()
    service.knows('second-key', answer())
    service.knows('key-of-bob', answer('token-2', 'customer/8'))
    const keys = [key, 'second-key', 'key-of-bob']
    const answers = await Promise.all(keys.map((one) => send(['ann'], one)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const names = (await accounts()).map(({ name }: { name: string }) => name)
    expect(names.toSorted()).toEqual(['Ann & Co', 'Bob & Sons'])
    expect(await list('keys')).toHaveLength(2)
    expect(await list('destinations')).toHaveLength(1)
  })

  it('makes one account when several receivers ask at one moment', async () => {
    const world = await setup({ database: await newTestDatabase(), secretKey: randomBytes(32) })
    const { run, service, answer, page, accounts, list } = world
    service.knows('second-key', answer())
    // One process alone may have an SQLite file.
    const receivers = inject('store') === 'postgres' ? [world, await run(), await run()] : [world]
    const answers = await Promise.all(
      receivers.flatMap((receiver) => [
        receiver.post(key, page(['ann'])),
        receiver.post('second-key', page(['bob'])),
      ]),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await accounts()).toHaveLength(1)
    expect(await list('keys')).toHaveLength(2)
    expect(await list('destinations')).toHaveLength(1)
  })

  it('gets the settings of the deployment where the service names none, with what it tells of the account', async () => {
    const world = await setup()
    const { service, product } = world
    const settings = JSON.stringify(productSettings(product.url, '${account.token}'))
    const deployment = lookUpAt(service, ['connector: webhook', `settings: ${settings}`])
    const other = await world.run({ deployment, database: await newTestDatabase() })
    service.knows('templated', { account: { id: 'a', token: 'token-2' } })
    expect(await other.post('templated', world.page(['ann']))).toMatchObject(taken)
    await product.untilDelivered('ann')
    expect(product.calls.map((call) => call.key)).toContain('token-2')
    service.knows('lacking', { account: { id: 'b' } })
    expect(await other.post('lacking', world.page(['ann']))).toMatchObject(unchecked)
    expect(await other.until('lookup.unusable')).toMatchObject({ fields: ['account.token'] })
  })
})

describe('keys of many customers from one address', () => {
  it('are confirmed in time, whatever is guessed from there', async () => {
    const { send, service, answer, pass } = await setup({
      lines: ['ttlSeconds: 100', 'attemptsPerMinute: 6'],
    })
    const keys = Array.from({ length: 6 }, (_, index) => `key-${index}`)
    for (const [index, one] of keys.entries()) service.knows(one, answer('token-1', `customer/${index}`))
    for (const one of keys) expect(await send(['ann'], one)).toMatchObject(taken)
    pass(101)
    for (const one of keys.slice(0, 5)) service.forgets(one)
    const guesses: number[] = []
    for (let guess = 0; guess < 8; guess++) guesses.push((await send(['ann'], `guess-${guess}`)).status)
    expect(guesses).toContain(429)
    const statuses: number[] = []
    for (const one of keys) statuses.push((await send(['ann'], one)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 200])
  })
})

describe('a key that the service does not know', () => {
  it('is refused, and not asked about again for a while', async () => {
    const { send, service, accounts, pass } = await setup()
    for (let time = 0; time < 3; time++) expect(await send(['ann'], 'wrong')).toMatchObject(refused)
    expect(service.calls).toHaveLength(1)
    expect(await accounts()).toEqual([])
    service.knows('wrong', { account: { id: 'x' } })
    pass(61)
    expect(await send(['ann'], 'wrong')).toMatchObject(unchecked)
  })

  it('opens nothing any more once its time to live is over, and opens again when the service knows it again', async () => {
    const { send, service, answer, pass, accounts } = await setup({ lines: ['ttlSeconds: 100'] })
    expect(await send()).toMatchObject(taken)
    service.forgets(key)
    pass(101)
    expect(await send()).toMatchObject(refused)
    service.fails('silent')
    expect(await send()).toMatchObject(refused)
    service.fails(undefined)
    service.knows(key, answer())
    pass(61)
    expect(await send()).toMatchObject(taken)
    expect(await accounts()).toHaveLength(1)
  })

  it('stays closed while the service is down, also after a restart', async () => {
    const world = await setup({ lines: ['ttlSeconds: 100'] })
    await world.send()
    world.service.forgets(key)
    world.pass(101)
    expect(await world.send()).toMatchObject(refused)
    await world.stop()
    world.service.fails({ status: 500, body: '' })
    const again = await world.run({ database: world.database, secretKey: world.secretKey })
    expect(await again.post(key, world.page(['ann']))).toMatchObject(unchecked)
  })

  it('is closed where the service says that it is of another account now', async () => {
    const { send, service, answer, pass, accounts, until } = await setup({ lines: ['ttlSeconds: 100'] })
    await send()
    service.knows(key, answer('token-2', 'customer/8'))
    pass(101)
    expect(await send()).toMatchObject(refused)
    expect(await until('key.refused')).toMatchObject({ reason: 'of another account' })
    expect(await accounts()).toHaveLength(1)
  })
})

describe('while the service is down', () => {
  const faults = [
    ['answers 500', { status: 500, body: '' }],
    ['answers 404 without a word of the account', { status: 404, body: '<html>not here</html>' }],
    ['answers 404 with JSON of its own', { status: 404, body: { message: 'Not Found' } }],
    ['answers what is no account', { status: 200, body: { account: { id: 7 } } }],
    ['answers no JSON', { status: 200, body: 'fine' }],
    ['says nothing', 'silent'],
  ] as const

  it.each(faults)('a key that was confirmed opens on, and a new one waits: it %s', async (_name, fault) => {
    const { send, service, answer, pass, until } = await setup({
      lines: ['ttlSeconds: 100', 'staleSeconds: 1000', 'checkSeconds: 1'],
    })
    service.knows('new', answer('token-2', 'customer/8'))
    expect(await send()).toMatchObject(taken)
    service.fails(fault)
    pass(101)
    expect(await send(['bob'])).toMatchObject(taken)
    expect(await send(['bob'], 'new')).toMatchObject(unchecked)
    await until('lookup.failed')
    pass(900)
    expect(await send(['cid'])).toMatchObject(unchecked)
    service.fails(undefined)
    pass(2)
    expect(await send(['dan'])).toMatchObject(taken)
  })

  it('a key that was confirmed opens after a restart too, and not for longer', async () => {
    const world = await setup({ lines: ['ttlSeconds: 100', 'staleSeconds: 1000'] })
    await world.send()
    await world.stop()
    world.service.fails({ status: 503, body: '' })
    world.pass(500)
    const again = await world.run({ database: world.database, secretKey: world.secretKey })
    expect(await again.post(key, world.page(['bob']))).toMatchObject(taken)
    world.pass(501)
    expect(await again.post(key, world.page(['cid']))).toMatchObject(unchecked)
  })

  it('the service is not asked again by each page', async () => {
    const { send, service, pass } = await setup({ lines: ['ttlSeconds: 100'] })
    await send()
    service.fails({ status: 500, body: '' })
    pass(101)
    for (let time = 0; time < 5; time++) await send([`m${time}`])
    expect(service.calls.length).toBeLessThanOrEqual(3)
  })
})

describe('settings that the service changes', () => {
  it('are taken over when it is asked next, and what failed with the former ones is delivered', async () => {
    const { send, service, product, answer, pass, until, list } = await setup({ lines: ['ttlSeconds: 100'] })
    await send(['ann'])
    await product.untilDelivered('ann')
    product.revoke('token-1')
    await send(['ann', 'bob'])
    await until('batch.failed', { kind: 'unauthorized' })
    service.knows(key, answer('token-2'))
    pass(101)
    // The page that brings the news may still find the account closed: it is sent again.
    await send(['ann', 'bob', 'cid'])
    await until('destination.updated', { isSamePlace: true })
    await product.untilDelivered('bob')
    const told = product.calls.filter((call) => call.key === 'token-2').flatMap(({ members }) => members)
    expect(told).not.toContain('ann')
    expect(await list('destinations')).toMatchObject([{ state: 'active' }])
  })

  it('that lead to another place bring everybody there', async () => {
    const { send, service, product, answer, pass } = await setup({ lines: ['ttlSeconds: 100'] })
    await send(['ann'])
    await product.untilDelivered('ann')
    const elsewhere = await startProduct('token-1')
    const [destination] = answer().destinations
    service.knows(key, {
      ...answer(),
      destinations: [{ ...destination, settings: productSettings(elsewhere.url, 'token-1') }],
    })
    pass(101)
    expect(await send(['ann', 'bob'])).toMatchObject(taken)
    await elsewhere.untilDelivered('bob')
    await elsewhere.untilDelivered('ann')
  })

  it('add a destination that was not there', async () => {
    const { send, service, answer, pass, list, until } = await setup({ lines: ['ttlSeconds: 100'] })
    await send(['ann'])
    const other = await startProduct('token-1')
    const second = { id: 'mail', connector: 'webhook', settings: productSettings(other.url, 'token-1') }
    service.knows(key, { ...answer(), destinations: [...answer().destinations, second] })
    pass(101)
    expect(await send(['ann', 'bob'])).toMatchObject(taken)
    await until('destination.created')
    await other.untilDelivered('bob')
    expect(await list('destinations')).toHaveLength(2)
  })

  it('may be of what it is told as well', async () => {
    const { send, service, product, answer, pass, list, until } = await setup({ lines: ['ttlSeconds: 100'] })
    await send(['ann'])
    await product.untilDelivered('ann')
    const identity = [{ property: 'mixpanel_distinct_id', kind: 'id' }]
    const destinations = answer().destinations.map((one) => ({ ...one, identity, properties: ['plan'] }))
    service.knows(key, { ...answer(), destinations })
    pass(101)
    expect(await send(['ann', 'bob'])).toMatchObject(taken)
    await until('destination.updated')
    expect(await list('destinations')).toMatchObject([{ identity, properties: ['plan'] }])
    service.knows(key, answer())
    pass(101)
    expect(await send(['ann', 'bob', 'cid'])).toMatchObject(taken)
    // What is not named stays as it is.
    expect(await list('destinations')).toMatchObject([{ identity, properties: ['plan'] }])
    await product.untilDelivered('bob')
  })

  it('that no connector takes change nothing, and the log names the fields', async () => {
    const { send, service, answer, pass, until, product } = await setup({ lines: ['ttlSeconds: 100'] })
    await send(['ann'])
    service.knows(key, { ...answer(), destinations: [{ connector: 'webhook', settings: { url: 'canary' } }] })
    pass(101)
    expect(await send(['bob'])).toMatchObject(taken)
    const line = await until('lookup.unusable')
    expect(line['fields']).toEqual(['destinations.0.settings.url', 'destinations.0.settings.secret'])
    expect(JSON.stringify(line)).not.toContain('canary')
    await product.untilDelivered('bob')
  })
})

it('another SECRET_KEY opens nothing twice: the page waits', async () => {
  const world = await setup()
  await world.send(['ann'])
  await world.stop()
  const other = await world.run({ database: world.database, secretKey: randomBytes(32) })
  expect(await other.post(key, world.page(['bob']))).toMatchObject({ status: 503 })
  expect((await other.admin('GET', '/accounts')).body.accounts).toHaveLength(1)
})
