import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { newTestDatabase } from '../testing/new-test-database.ts'
import { runReceiver, type RunSettings } from '../testing/run-receiver.ts'
import { webhookPage } from '../testing/webhook-page.ts'
import { passThroughTo } from './testing/deployment-of.ts'
import { startProduct } from './testing/start-product.ts'

const key = 'product-key-of-ann'

const setup = async (settings: RunSettings & { readonly lines?: readonly string[] } = {}) => {
  const product = await startProduct(key)
  let later = 0
  const times = { now: () => new Date(Date.now() + later), clock: () => performance.now() + later }
  const run = async (more: RunSettings = {}) =>
    runReceiver({ ...times, deployment: passThroughTo(product, settings.lines), ...settings, ...more })
  const receiver = await run()
  let sessions = 0
  const page = (ids: readonly string[]) => webhookPage(ids, { session: `s${++sessions}` })
  return {
    ...receiver,
    product,
    run,
    page,
    send: (ids: readonly string[] = ['ann'], withKey = key) => receiver.post(withKey, page(ids)),
    accounts: async () => (await receiver.admin('GET', '/accounts')).body.accounts,
    pass: (seconds: number) => void (later += seconds * 1000),
  }
}

const refused = {
  status: 401,
  body: {
    status: 'failure',
    error: { code: 401, message: expect.stringMatching(/^The API key is missing or not valid/) },
  },
}
const unchecked = {
  status: 503,
  body: { error: { message: expect.stringMatching(/could not be checked just now/) } },
}

describe('a key of the product that nobody knows yet', () => {
  it('opens an account with a destination where the product accepts it, and the page is delivered', async () => {
    const { send, product, accounts, until, admin } = await setup()
    expect(await send(['ann', 'bob'])).toMatchObject({ status: 200, body: { status: 'success' } })
    await product.untilDelivered('bob')
    const [account, ...others] = await accounts()
    expect(others).toEqual([])
    expect(account.name).toBe(`Customer ${account.id.slice(0, 8)}`)
    const { body } = await admin('GET', `/accounts/${account.id}/destinations`)
    expect(body.destinations).toMatchObject([{ connector: 'webhook', state: 'active' }])
    expect(await until('account.onboarded')).toMatchObject({ accountId: account.id, connector: 'webhook' })
    expect(product.calls.every((call) => call.key === key)).toBe(true)
  })

  it('is checked once: the pages that follow find the account', async () => {
    const { send, product, accounts } = await setup()
    for (const id of ['a', 'b', 'c']) expect(await send([id])).toMatchObject({ status: 200 })
    expect(product.checks()).toBe(1)
    expect(await accounts()).toHaveLength(1)
  })

  it('is taken as the password of a custom webhook as well', async () => {
    const { post, page, accounts } = await setup()
    const authorization = `Basic ${Buffer.from(`anybody:${key}`).toString('base64')}`
    expect(await post('', page(['ann']), { authorization })).toMatchObject({ status: 200 })
    expect(await accounts()).toHaveLength(1)
  })

  it('is refused where the product refuses it, and not checked again for a while', async () => {
    const { send, product, accounts, pass, until } = await setup()
    for (let time = 0; time < 3; time++) expect(await send(['ann'], 'wrong')).toMatchObject(refused)
    expect(product.checks('wrong')).toBe(1)
    expect(await until('key.refused')).toMatchObject({ reason: 'unauthorized 401', connector: 'webhook' })
    expect(await accounts()).toEqual([])
    product.allow('wrong')
    pass(61)
    expect(await send(['ann'], 'wrong')).toMatchObject({ status: 200 })
  })

  it.each(['down', 'throttled'] as const)(
    'is answered 503 while the product is %s, and opens later',
    async (mode) => {
      const { send, product, accounts, pass, until } = await setup()
      product.be(mode)
      const answer = await send()
      expect(answer).toMatchObject(unchecked)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      await until('key.unchecked')
      expect(await accounts()).toEqual([])
      product.be('up')
      pass(2)
      expect(await send()).toMatchObject({ status: 200 })
    },
  )

  it('is answered 503 in time where the product says nothing', async () => {
    const { send, product, until } = await setup({ lines: ['checkSeconds: 1'] })
    product.be('silent')
    const before = performance.now()
    expect(await send()).toMatchObject(unchecked)
    expect(performance.now() - before).toBeLessThan(5000)
    expect(await until('key.unchecked')).toMatchObject({ reason: 'unavailable' })
  })

  it('is refused without asking the product where no setting can be made of it', async () => {
    const { send, product } = await setup({ lines: [] })
    for (const bad of ['with blank', 'ü', 'x'.repeat(513), 'crk_looks-like-ours', 'crt_looks-like-ours'])
      expect(await send(['ann'], encodeLatin(bad))).toMatchObject(refused)
    expect(product.calls).toEqual([])
  })

  it('is never checked where no deployment says so', async () => {
    const product = await startProduct(key)
    const receiver = await runReceiver()
    expect(await receiver.post(key, webhookPage(['ann']))).toMatchObject(refused)
    expect(product.calls).toEqual([])
  })

  it('opens nothing any more after the operator revoked it, whatever the product says', async () => {
    const { send, product, accounts, admin, pass } = await setup()
    await send()
    const [{ id }] = await accounts()
    const { keys } = (await admin('GET', `/accounts/${id}/keys`)).body
    expect(keys).toMatchObject([{ keyId: expect.stringMatching(/^ext-/), label: 'key of the partner' }])
    await admin('DELETE', `/accounts/${id}/keys/${keys[0].keyId}`)
    pass(10)
    expect(await send()).toMatchObject(refused)
    expect(product.checks()).toBe(1)
    expect(await accounts()).toHaveLength(1)
  })

  it('is judged before anything of the body is', async () => {
    const { post, product } = await setup()
    const body = 'x'.repeat(1000)
    expect(await post('wrong', body)).toMatchObject({ status: 401 })
    product.be('down')
    expect(await post('other', body)).toMatchObject({ status: 503 })
  })
})

/** HTTP carries a header as bytes. */
const encodeLatin = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

describe('many first pages at one moment', () => {
  it('cost one check and make one account', async () => {
    const { send, product, accounts } = await setup()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => send([`m${index}`])))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(product.checks()).toBe(1)
    expect(await accounts()).toHaveLength(1)
  })

  it('make one account when several receivers take them', async () => {
    const database = await newTestDatabase()
    const secretKey = randomBytes(32)
    const world = await setup({ database, secretKey })
    const { run, page, product, accounts } = world
    // One process alone may have an SQLite file.
    const more = inject('store') === 'postgres' ? [world, await run(), await run()] : [world]
    const answers = await Promise.all(
      more.flatMap((receiver) =>
        Array.from({ length: 6 }, (_, index) => receiver.post(key, page([`m${index}`]))),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(product.checks()).toBeLessThanOrEqual(more.length)
    expect(await accounts()).toHaveLength(1)
  })

  it('make more than one account where keys are stored under other ids, which the count shows (negative control)', async () => {
    let ids = 0
    const { send, accounts } = await setup({
      wrap: (store) => ({
        createAccountWithDestination: (account, row, destination) =>
          store.createAccountWithDestination(account, { ...row, keyId: `ext-${++ids}` }, destination),
      }),
    })
    await send()
    await send()
    expect((await accounts()).length).toBeGreaterThan(1)
  })

  it('make an account each for as many keys', async () => {
    const { send, product, accounts } = await setup()
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`)
    for (const one of keys) product.allow(one)
    const answers = await Promise.all(keys.map((one) => send(['ann'], one)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await accounts()).toHaveLength(12)
  })
})

describe('after a restart', () => {
  it('the account is found again by the key', async () => {
    const world = await setup()
    await world.send()
    await world.stop()
    const again = await world.run({ database: world.database, secretKey: world.secretKey })
    expect(await again.post(world.product.calls[0]!.key, world.page(['bob']))).toMatchObject({ status: 200 })
    expect(world.product.checks()).toBe(1)
    expect((await again.admin('GET', '/accounts')).body.accounts).toHaveLength(1)
  })

  it('with another SECRET_KEY nothing is opened twice: the page waits', async () => {
    const world = await setup()
    await world.send()
    await world.stop()
    const other = await world.run({ database: world.database, secretKey: randomBytes(32) })
    expect(await other.post(key, world.page(['bob']))).toMatchObject({ status: 503 })
    await other.until('page.refused', { answer: 'store-unavailable', error: 'OtherSecretKeyError' })
    expect((await other.admin('GET', '/accounts')).body.accounts).toHaveLength(1)
    expect(world.product.checks()).toBe(1)
  })
})

describe('after the secret key was exchanged', () => {
  it('the account is found again, without the former one once everything was encrypted anew', async () => {
    const world = await setup()
    await world.send()
    await world.stop()
    const [former, secretKey] = [world.secretKey, randomBytes(32)]
    const database = world.database
    const between = await world.run({ database, secretKey, previousSecretKeys: [former] })
    expect(await between.post(key, world.page(['bob']))).toMatchObject({ status: 200 })
    await between.admin('POST', '/secrets/rotate')
    await between.stop()
    const after = await world.run({ database, secretKey })
    expect(await after.post(key, world.page(['cid']))).toMatchObject({ status: 200 })
    expect(world.product.checks()).toBe(1)
    expect((await after.admin('GET', '/accounts')).body.accounts).toHaveLength(1)
  })

  it('nothing is found where the former one is taken away too early (negative control)', async () => {
    const world = await setup()
    await world.send()
    await world.stop()
    const after = await world.run({ database: world.database, secretKey: randomBytes(32) })
    expect(await after.post(key, world.page(['bob']))).toMatchObject({ status: 503 })
  })

  it('a lost one with which nothing else was encrypted is replaced', async () => {
    const world = await setup()
    expect(await world.send(['ann'], 'wrong')).toMatchObject(refused)
    await world.stop()
    const after = await world.run({ database: world.database, secretKey: randomBytes(32) })
    expect(await after.post(key, world.page(['bob']))).toMatchObject({ status: 200 })
  })
})

describe('a key that the product revokes later', () => {
  /** The first delivery after the revocation was refused. */
  const setupRevoked = async () => {
    const world = await setup()
    await world.send(['ann'])
    await world.product.untilDelivered('ann')
    world.product.revoke(key)
    await world.send(['ann', 'bob'])
    await world.until('batch.failed', { kind: 'unauthorized' })
    world.pass(2)
    return world
  }
  const closed = {
    status: 403,
    body: { error: { message: expect.stringMatching(/^Webhook no longer accepts/) } },
  }

  it('closes the account for pages, and is asked about no more often than is set', async () => {
    const { send, product } = await setupRevoked()
    const before = product.checks()
    for (let time = 0; time < 4; time++) expect(await send()).toMatchObject(closed)
    expect(product.checks()).toBe(before + 1)
  })

  it('opens it again when it works again, and what was owed is delivered', async () => {
    const { send, product, pass, until, accounts, admin } = await setupRevoked()
    expect(await send()).toMatchObject(closed)
    product.allow(key)
    expect(await send()).toMatchObject(closed)
    pass(61)
    expect(await send(['ann', 'bob', 'cid'])).toMatchObject({ status: 200 })
    await until('destination.accepted-again')
    await product.untilDelivered('bob')
    await product.untilDelivered('cid')
    const [{ id }] = await accounts()
    expect((await admin('GET', `/accounts/${id}/destinations`)).body.destinations).toMatchObject([
      { state: 'active' },
    ])
  })

  it('takes pages all the while where the account does not report errors of destinations', async () => {
    const { send, accounts, admin, pass } = await setupRevoked()
    const [{ id }] = await accounts()
    await admin('PATCH', `/accounts/${id}`, { settings: { reportDestinationErrors: false } })
    pass(2)
    expect(await send(['ann', 'bob', 'cid'])).toMatchObject({ status: 200 })
  })

  it('does not close an account for want of an answer, and does not open it either', async () => {
    const { send, product, pass } = await setupRevoked()
    product.be('down')
    pass(61)
    expect(await send()).toMatchObject(closed)
  })
})

describe('attempts', () => {
  it('from one address are limited, those of known keys are not', async () => {
    const { send, product, until } = await setup({ lines: ['attemptsPerMinute: 3'] })
    expect(await send()).toMatchObject({ status: 200 })
    const statuses: number[] = []
    for (let index = 0; index < 5; index++) statuses.push((await send(['x'], `guess-${index}`)).status)
    expect(statuses).toEqual([401, 401, 429, 429, 429])
    expect(await send()).toMatchObject({ status: 200 })
    expect(product.checks()).toBe(3)
    await until('page.refused', { answer: 'too-many-attempts' })
  })

  it('behind a trusted proxy count for the address that it tells', async () => {
    const { post, page } = await setup({ lines: ['attemptsPerMinute: 1'], trustedProxies: 1 })
    const from = (address: string, guess: string) => post(guess, page(['x']), { 'x-forwarded-for': address })
    expect((await from('192.0.2.1', 'a')).status).toBe(401)
    expect((await from('192.0.2.1', 'b')).status).toBe(429)
    expect((await from('192.0.2.9, 192.0.2.1', 'c')).status).toBe(429)
    expect((await from('192.0.2.2', 'd')).status).toBe(401)
  })

  it('count for the connection where no proxy is trusted', async () => {
    const { post, page } = await setup({ lines: ['attemptsPerMinute: 1'] })
    const from = (address: string, guess: string) => post(guess, page(['x']), { 'x-forwarded-for': address })
    expect((await from('192.0.2.1', 'a')).status).toBe(401)
    expect((await from('192.0.2.2', 'b')).status).toBe(429)
  })

  it('are worked on a few at a time, and the others are told to come again', async () => {
    const { send, product } = await setup({ lines: ['checkSeconds: 1', 'maxChecks: 2'] })
    product.be('silent')
    const slow = [send(['x'], 'a'), send(['x'], 'b')]
    await product.untilChecks(2)
    expect((await send(['x'], 'c')).body.error.message).toMatch(/^More updates/)
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([503, 503])
    expect(product.checks('c')).toBe(0)
  })
})
