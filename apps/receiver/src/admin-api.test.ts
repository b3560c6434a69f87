import { secret, type Connector } from '@cohort-relay/connector-kit'
import { defaultAccountSettings, parseApiKey, readCohortPage } from '@cohort-relay/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { createAdminApi, type AdminApiParts } from './admin-api.ts'
import type { NewDestination } from './admin-destinations.ts'
import { createApp } from './app.ts'
import { createServer } from './create-server.ts'
import { logLines } from './testing/log-lines.ts'
import { memoryAccounts } from './testing/memory-accounts.ts'
import { newTestDatabase } from './testing/new-test-database.ts'
import { serve } from './testing/serve.ts'

const adminToken = 'a-token-for-the-admin'
const now = () => new Date('2026-11-23T12:00:00Z')

const postbox: Connector = {
  id: 'postbox',
  name: 'Postbox',
  capabilities: { identifiesBy: ['email'], membersPerCall: 10, createsPeople: true },
  settings: z.strictObject({ url: z.url(), secret: secret(z.string().min(8)), size: z.int().default(3) }),
  connect: () => {
    throw new Error('not connected in these tests')
  },
}

const setup = async (changes: Partial<AdminApiParts> = {}) => {
  const store = await (await newTestDatabase()).open()
  onTestFinished(() => store.close())
  const accounts = changes.accounts ?? store
  const destinations: NewDestination[] = []
  const { log, lines } = logLines()
  const approvals: string[] = []
  const adminApi = createAdminApi({
    adminToken,
    accounts,
    destinations: {
      createDestination: async (destination) => {
        destinations.push(destination)
        return { needsFullSync: false }
      },
      listDestinations: async (accountId) =>
        destinations
          .filter((row) => row.accountId === accountId)
          .map((row) => ({ ...row, unauthorizedSince: null, pausedSince: null, drainingSince: null })),
    },
    ledger: store,
    connectors: [postbox],
    log,
    now,
    onApproval: () => void approvals.push('woken'),
    ...changes,
  })
  const webhook = () => undefined
  const app = createApp({ cohortWebhook: webhook, adminApi, notReady: async () => [], log })
  const { url } = await serve(createServer(app))
  const call = async (method: string, path: string, body?: unknown, token = adminToken) => {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, type: answer.headers.get('content-type'), text, body: JSON.parse(text) }
  }
  const createAccount = async (): Promise<string> =>
    (await call('POST', '/accounts', { name: 'Ann' })).body.id
  /** One whole export, as if it had come in. */
  const sync = async (
    accountId: string,
    projectId: string,
    cohortId: string,
    ids: string[],
  ): Promise<void> => {
    const members = ids.map((id) => ({ mixpanel_distinct_id: id }))
    const parameters = { mixpanel_project_id: projectId, mixpanel_cohort_id: cohortId, members }
    const body = Buffer.from(JSON.stringify({ action: 'members', parameters }))
    const reading = readCohortPage(body)
    if (reading.ok) await store.storePage({ accountId, page: reading.page, body, receivedAt: now() })
    await store.applyNext(now())
  }
  return { call, createAccount, accounts, destinations, sync, lines, approvals, url }
}

const settings = { url: 'https://example.com', secret: 'canary-secret' }

describe('the door of the admin API', () => {
  it.each<[string, string]>([
    ['POST', '/accounts'],
    ['GET', '/accounts/x/cohorts'],
    ['GET', '/nothing'],
  ])('is shut without ADMIN_TOKEN, and says how to open it: %s %s', async (method, path) => {
    const { call } = await setup({ adminToken: null })
    const answer = await call(method, path, undefined, '')
    expect(answer).toMatchObject({
      status: 403,
      type: 'application/problem+json',
      body: { code: 'admin-api-off' },
    })
    expect(answer.body.detail).toContain('ADMIN_TOKEN')
  })

  it.each(['', 'wrong', `${adminToken}x`, adminToken.slice(1)])('refuses the token %j', async (token) => {
    const { call, accounts } = await setup()
    const answer = await call('POST', '/accounts', { name: 'Ann' }, token)
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized', title: 'Unauthorized' } })
    expect(await accounts.countAccounts()).toBe(0)
  })

  it('refuses a request without the header, and names the scheme', async () => {
    const { url } = await setup()
    const answer = await fetch(`${url}/api/accounts`, { method: 'POST' })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('answers an unknown address with a problem', async () => {
    const { call } = await setup()
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })
})

describe('accounts', () => {
  it('are made with a key that is shown once and stored as a hash', async () => {
    const { call, accounts } = await setup()
    const { status, body } = await call('POST', '/accounts', { name: ' Ann ' })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Ann',
      settings: defaultAccountSettings,
      key: expect.any(String),
      keyId: expect.any(String),
    })
    const stored = await accounts.findKey(body.keyId)
    expect(stored).toMatchObject({ accountId: body.id, revokedAt: null, createdAt: now() })
    expect(Buffer.from(stored!.hash)).toEqual(Buffer.from(parseApiKey(body.key)!.secretHash))
  })

  it.each<[string, unknown, string, string[]]>([
    ['no name', {}, 'invalid-request', ['name']],
    ['no body', undefined, 'invalid-request', ['name']],
    ['a blank name', { name: ' ' }, 'invalid-request', ['name']],
    ['a number for a name', { name: 7 }, 'invalid-request', ['name']],
    ['an unknown field', { name: 'Ann', plan: 'free' }, 'invalid-request', ['']],
    ['both', { plan: 'free' }, 'invalid-request', ['name', '']],
    ['a list', [], 'invalid-request', ['']],
  ])('are refused with %s', async (_name, body, code, fields) => {
    const { call, accounts } = await setup()
    const answer = await call('POST', '/accounts', body)
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', body: { code } })
    expect(answer.body.problems.map((problem: { field: string }) => problem.field)).toEqual(fields)
    expect(await accounts.countAccounts()).toBe(0)
  })

  it.each<[string, number, string]>([
    ['{"name":"canary', 400, 'not-json'],
    [JSON.stringify({ name: 'x'.repeat(200_000) }), 413, 'too-large'],
  ])('a body that cannot be read is a problem that does not quote it', async (body, status, code) => {
    const { call } = await setup()
    const answer = await call('POST', '/accounts', body)
    expect(answer).toMatchObject({ status, body: { code } })
    expect(answer.text).not.toContain('canary')
  })

  it('a store that fails is a problem that tells nothing', async () => {
    const failing = { ...memoryAccounts(), createAccount: () => Promise.reject(new Error('canary')) }
    const { call, lines } = await setup({ accounts: failing })
    const answer = await call('POST', '/accounts', { name: 'Ann' })
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(answer.text + JSON.stringify(lines)).not.toContain('canary')
  })
})

describe('destinations', () => {
  it('are made from checked settings, with an identity by default', async () => {
    const { call, createAccount, destinations } = await setup()
    const accountId = await createAccount()
    const answer = await call('POST', `/accounts/${accountId}/destinations`, {
      connector: 'postbox',
      settings,
    })
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      id: expect.any(String),
      connector: 'postbox',
      createdAt: now().toISOString(),
    })
    expect(answer.body.identity).toHaveLength(3)
    expect(destinations).toMatchObject([
      { id: answer.body.id, accountId, settings: { ...settings, size: 3 } },
    ])
  })

  it.each<[string, 'all' | 'none' | undefined, unknown, unknown]>([
    ['nothing by default', undefined, undefined, []],
    ['what the connector is for by default', 'all', undefined, 'all'],
    ['nothing where the connector says so', 'none', undefined, []],
    ['what is named', 'all', ['plan', 'città'], ['plan', 'città']],
    ['all', 'none', 'all', 'all'],
  ])('are sent %s, and show it', async (_name, ofConnector, properties, expected) => {
    const capabilities = { ...postbox.capabilities, ...(ofConnector && { properties: ofConnector }) }
    const { call, createAccount } = await setup({ connectors: [{ ...postbox, capabilities }] })
    const path = `/accounts/${await createAccount()}/destinations`
    const made = await call('POST', path, { connector: 'postbox', settings, properties })
    expect(made).toMatchObject({ status: 201, body: { properties: expected, needsFullSync: false } })
    expect((await call('GET', path)).body.destinations).toMatchObject([{ properties: expected }])
  })

  it('never show their settings again', async () => {
    const { call, createAccount } = await setup()
    const path = `/accounts/${await createAccount()}/destinations`
    const made = await call('POST', path, { connector: 'postbox', settings })
    const listed = await call('GET', path)
    expect(listed.body.destinations).toMatchObject([{ id: made.body.id, connector: 'postbox' }])
    expect(made.text + listed.text).not.toContain('canary')
  })

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['connector', 'settings']],
    ['an unknown connector', { connector: 'pigeon', settings }, ['connector']],
    ['a connector named like a method', { connector: 'constructor', settings }, ['connector']],
    [
      'wrong settings',
      { connector: 'postbox', settings: { url: 'x', secret: 'short' } },
      ['settings.url', 'settings.secret'],
    ],
    ['an unknown setting', { connector: 'postbox', settings: { ...settings, more: 1 } }, ['settings']],
    ['no settings', { connector: 'postbox' }, ['settings', 'settings.url', 'settings.secret']],
    ['an empty identity', { connector: 'postbox', settings, identity: [] }, ['identity']],
    ['a property without a name', { connector: 'postbox', settings, properties: [''] }, ['properties.0']],
    ['too long a name', { connector: 'postbox', settings, properties: ['x'.repeat(256)] }, ['properties.0']],
    ['too many names', { connector: 'postbox', settings, properties: Array(201).fill('x') }, ['properties']],
    ['some word', { connector: 'postbox', settings, properties: 'some' }, ['properties']],
    [
      'a wrong kind and a wrong url',
      { connector: 'postbox', settings: { ...settings, url: 'x' }, identity: [{ property: 'a', kind: 'b' }] },
      ['identity.0.kind', 'settings.url'],
    ],
  ])('are refused with all problems named: %s', async (_name, body, fields) => {
    const { call, createAccount, destinations } = await setup()
    const answer = await call('POST', `/accounts/${await createAccount()}/destinations`, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(answer.body.problems.map((problem: { field: string }) => problem.field)).toEqual(fields)
    expect(answer.text).not.toContain('canary')
    expect(destinations).toEqual([])
  })

  it('name the connectors that exist', async () => {
    const { call, createAccount } = await setup()
    const body = { connector: 'pigeon', settings }
    const answer = await call('POST', `/accounts/${await createAccount()}/destinations`, body)
    expect(answer.body.detail).toBe('connector: must be one of: postbox')
  })

  it('of an unknown account do not exist', async () => {
    const { call, destinations } = await setup()
    const answer = await call('POST', '/accounts/nobody/destinations', { connector: 'postbox', settings })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(destinations).toEqual([])
  })
})

describe('the settings of an account', () => {
  it('have defaults, change one by one, and are shown', async () => {
    const { call, createAccount } = await setup()
    const path = `/accounts/${await createAccount()}`
    const changed = await call('PATCH', path, { settings: { membersAction: 'merge' } })
    expect(changed.body.settings).toEqual({ ...defaultAccountSettings, membersAction: 'merge' })
    await call('PATCH', path, { settings: { massRemovalPercent: 100 } })
    expect((await call('GET', path)).body.settings).toMatchObject({
      membersAction: 'merge',
      massRemovalPercent: 100,
    })
  })

  it('begin as the process says for new accounts', async () => {
    const { call } = await setup({ newAccountSettings: { massRemovalPercent: 70, massRemovalMembers: 5 } })
    const made = await call('POST', '/accounts', { name: 'Ann', settings: { massRemovalMembers: 9 } })
    expect(made.body.settings).toMatchObject({ massRemovalPercent: 70, massRemovalMembers: 9 })
    expect(await call('POST', '/accounts', { name: 'Ann', settings: { color: 1 } })).toMatchObject({
      status: 400,
    })
  })

  it.each([
    ['an unknown setting', { settings: { color: 'red' } }, 'settings'],
    ['a share above 100', { settings: { massRemovalPercent: 101 } }, 'settings.massRemovalPercent'],
    ['no settings', {}, 'settings'],
  ])('refuse %s and name it', async (_case, body, field) => {
    const { call, createAccount } = await setup()
    const answer = await call('PATCH', `/accounts/${await createAccount()}`, body)
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ field }] } })
  })
})

describe('cohorts', () => {
  it('are listed as the ledger has them', async () => {
    const { call, createAccount, sync } = await setup()
    const accountId = await createAccount()
    await sync(accountId, '1', '2', ['ann', 'bob'])
    const answer = await call('GET', `/accounts/${accountId}/cohorts`)
    expect(answer.body).toEqual({
      cohorts: [
        {
          projectId: '1',
          id: '2',
          name: '2',
          members: 2,
          sequence: 2,
          lastSyncAt: now().toISOString(),
          openSession: false,
          needsReconcile: null,
          usualIntervalSeconds: null,
          stale: false,
          lastReply: null,
          setAside: { members: 0, reasons: {} },
          heldRemovals: null,
          destinations: [],
        },
      ],
    })
  })

  it('list their members page by page', async () => {
    const { call, createAccount, sync } = await setup()
    const accountId = await createAccount()
    await sync(accountId, '1', 'a/b', ['ann', 'bob', 'cid'])
    const path = `/accounts/${accountId}/cohorts/a%2Fb/members?limit=2`
    const { body } = await call('GET', path)
    expect(body.members).toMatchObject([
      { id: 'ann', changedAt: now().toISOString() },
      { id: 'bob', sequence: 2 },
    ])
    expect((await call('GET', `${path}&after=${body.next}`)).body).toMatchObject({
      members: [{ id: 'cid' }],
      next: null,
    })
  })

  it('with one id in two projects need the project, and the choices are named', async () => {
    const { call, createAccount, sync } = await setup()
    const accountId = await createAccount()
    await sync(accountId, '1', '2', ['ann'])
    await sync(accountId, '7', '2', ['bob'])
    const path = `/accounts/${accountId}/cohorts/2/members`
    expect(await call('GET', path)).toMatchObject({
      status: 400,
      body: { detail: 'projectId: say which: 1, 7' },
    })
    expect((await call('GET', `${path}?projectId=7`)).body).toMatchObject({ members: [{ id: 'bob' }] })
  })

  it.each(['limit=0', 'limit=10001', 'limit=x', 'offset=1', 'after=x'])(
    'refuse the query %s',
    async (query) => {
      const { call, createAccount, sync } = await setup()
      const accountId = await createAccount()
      await sync(accountId, '1', '2', ['ann'])
      const answer = await call('GET', `/accounts/${accountId}/cohorts/2/members?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    },
  )

  it('of another account, unknown ones and other projects get the same answer', async () => {
    const { call, createAccount, sync } = await setup()
    const [ann, bob] = [await createAccount(), await createAccount()]
    await sync(bob, '1', '2', ['ann'])
    const answers = await Promise.all([
      call('GET', `/accounts/${ann}/cohorts/2/members`),
      call('GET', `/accounts/${ann}/cohorts/none/members`),
      call('GET', `/accounts/${bob}/cohorts/2/members?projectId=9`),
    ])
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { detail: 'No such cohort.' } })
  })

  it('of a malformed address are a problem', async () => {
    const { call } = await setup()
    expect(await call('GET', '/accounts/%ff/cohorts')).toMatchObject({
      status: 400,
      body: { code: 'malformed-request' },
    })
  })
})

describe('removals that wait', () => {
  const many = Array.from({ length: 1500 }, (_, index) => `m${index}`)
  const path = (accountId: string, cohortId = 'trial') =>
    `/accounts/${accountId}/cohorts/${cohortId}/approve-removals`

  const setupHeld = async () => {
    const world = await setup()
    const accountId = await world.createAccount()
    await world.sync(accountId, '1', 'trial', many)
    const leaveAllBut = (ids: string[]) => world.sync(accountId, '1', 'trial', ids)
    await leaveAllBut(['m0'])
    const held = async () =>
      (await world.call('GET', `/accounts/${accountId}/cohorts`)).body.cohorts[0].heldRemovals
    return { ...world, accountId, leaveAllBut, held }
  }

  it('are shown with their cohort, and approved by their plan', async () => {
    const { call, held, accountId, approvals, lines } = await setupHeld()
    const { plan, ...shown } = await held()
    expect(shown).toEqual({ members: 1499, since: now().toISOString() })
    expect(await call('POST', path(accountId), { plan })).toMatchObject({
      status: 200,
      body: { members: 1499 },
    })
    expect(approvals).toEqual(['woken'])
    const fields = { accountId, projectId: '1', cohortId: 'trial', plan, members: 1499 }
    expect(lines).toMatchObject([{ event: 'removals.approved', fields }])
    expect(await held()).toBeNull()
  })

  it('are not approved by a plan that a newer sync replaced, and the answer names the new one', async () => {
    const { call, held, accountId, leaveAllBut, approvals } = await setupHeld()
    const { plan } = await held()
    await leaveAllBut(['m1'])
    const newer = (await held()).plan
    const answer = await call('POST', path(accountId), { plan })
    expect(answer).toMatchObject({ status: 409, body: { code: 'plan-superseded', plan: newer } })
    await leaveAllBut(many)
    expect((await call('POST', path(accountId), { plan })).body).not.toHaveProperty('plan')
    expect(approvals).toEqual([])
  })

  it('are not found under an unknown plan, an unknown cohort or another account', async () => {
    const { call, held, accountId, createAccount } = await setupHeld()
    const body = await held().then(({ plan }) => ({ plan }))
    const unknown = await call('POST', path(accountId, 'nothing'), body)
    const others = await call('POST', path(await createAccount()), body)
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(others.text).toBe(unknown.text)
    expect(await call('POST', path(accountId), { plan: 'nothing' })).toMatchObject({ status: 404 })
    expect(await held()).toMatchObject({ members: 1499 })
  })

  it('need a plan, and a project where a cohort id is in two', async () => {
    const { call, held, sync, accountId } = await setupHeld()
    const { plan } = await held()
    expect(await call('POST', path(accountId), {})).toMatchObject({ status: 400 })
    await sync(accountId, '2', 'trial', ['m0'])
    expect(await call('POST', path(accountId), { plan })).toMatchObject({ status: 400 })
    expect(await call('POST', `${path(accountId)}?projectId=1`, { plan })).toMatchObject({ status: 200 })
  })
})
