import { describe, expect, it } from 'vitest'
import { adminToken } from '../testing/receiver-client.ts'
import { runAdmin } from '../testing/run-admin.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('the door of the admin API', () => {
  it.each<[string, string]>([
    ['POST', '/accounts'],
    ['GET', '/accounts/x/cohorts'],
    ['GET', '/nothing'],
  ])('is shut without ADMIN_TOKEN, and says how to open it: %s %s', async (method, path) => {
    const { admin } = await runAdmin({ limits: { adminToken: null } })
    const answer = await admin(method, path, undefined, bearer(''))
    expect(answer).toMatchObject({ status: 403, body: { code: 'admin-api-off' } })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body.detail).toContain('ADMIN_TOKEN')
  })

  it.each(['', 'wrong', `${adminToken}x`, adminToken.slice(1)])('refuses the token %j', async (token) => {
    const { admin, path } = await runAdmin()
    const answer = await admin('PATCH', path, { name: 'x' }, bearer(token))
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect((await admin('GET', path)).body.name).toBe('Acme')
  })

  it('answers a request without the header like one with a wrong token', async () => {
    const { admin, get } = await runAdmin()
    const without = await get('/api/accounts')
    expect([without.status, without.text]).toEqual([
      401,
      (await admin('GET', '/accounts', undefined, bearer('wrong'))).text,
    ])
  })

  it('tells whoever tries many tokens to wait, and lets the right one in meanwhile', async () => {
    const { admin } = await runAdmin({ clock: () => 0 })
    const statuses: number[] = []
    for (let tries = 0; tries < 120; tries += 1)
      statuses.push((await admin('GET', '/accounts', undefined, bearer('wrong'))).status)
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429])
    expect(await admin('GET', '/accounts')).toMatchObject({ status: 200 })
  })

  it('lets one token call so often and no more', async () => {
    let clock = 0
    const { admin } = await runAdmin({ clock: () => clock, limits: { adminCallsPerSecond: 2 } })
    const call = async () => admin('GET', '/accounts')
    for (let calls = 0; calls < 9; calls += 1) await call()
    const refused = await call()
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(refused.headers.get('retry-after')).toBe('1')
    clock += 1000
    expect(await call()).toMatchObject({ status: 200 })
  })

  it('gives no other site access', async () => {
    const { admin } = await runAdmin()
    const answer = await admin('GET', '/accounts', undefined, { origin: 'https://elsewhere.example' })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('addresses', () => {
  it('that are unknown are answered with a problem', async () => {
    const { admin } = await runAdmin()
    expect(await admin('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(await admin('GET', '/accounts/%00')).toMatchObject({ status: 404 })
    expect(await admin('GET', '/accounts/%ff/cohorts')).toMatchObject({
      status: 400,
      body: { code: 'malformed-request' },
    })
  })

  it('name the methods that they take', async () => {
    const { admin, path } = await runAdmin()
    const answer = await admin('PUT', path, {})
    expect(answer).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } })
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE')
  })

  it.each<[string, number, string]>([
    ['{"name":"canary', 400, 'not-json'],
    [JSON.stringify({ name: 'x'.repeat(200_000) }), 413, 'too-large'],
  ])('with a body that cannot be read do not quote it', async (body, status, code) => {
    const { admin } = await runAdmin()
    const answer = await admin('POST', '/accounts', body)
    expect(answer).toMatchObject({ status, body: { code } })
    expect(answer.text).not.toContain('canary')
  })

  it.each([
    [new Error('canary'), 500, 'internal'],
    [new Error('canary', { cause: 'x' }), 500, 'internal'],
  ])('with a fault behind them tell nothing of it', async (error, status, code) => {
    const { admin, path, lines } = await runAdmin({
      wrap: () => ({
        changeAccount: async () => {
          throw error
        },
      }),
    })
    const answer = await admin('PATCH', path, { name: 'Bob' })
    expect(answer).toMatchObject({ status, body: { code } })
    expect(answer.text + JSON.stringify(lines)).not.toContain('canary')
  })
})

describe('roles', () => {
  const make = async (role: string) => {
    const world = await runAdmin()
    const made = await world.admin('POST', '/tokens', { name: `An ${role}`, role })
    const as = (method: string, path: string, body?: unknown) =>
      world.admin(method, path, body, bearer(made.body.token))
    return { ...world, made, as, destination: await world.makeDestination() }
  }

  it.each<[string, number[]]>([
    ['viewer', [200, 403, 403, 403]],
    ['operator', [200, 200, 403, 403]],
    ['admin', [200, 200, 200, 200]],
  ])('%s may do what it is for', async (role, expected) => {
    const { as, path, destination } = await make(role)
    const answers = [
      await as('GET', path),
      await as('POST', `${destination.path}/pause`),
      await as('PATCH', path, { name: 'Bob' }),
      await as('GET', '/audit'),
    ]
    expect(answers.map(({ status }) => status)).toEqual(expected)
    const refused = answers.filter(({ status }) => status === 403)
    expect(refused.filter(({ body }) => body.code !== 'forbidden')).toEqual([])
  })

  it('of a token are gone once it is revoked', async () => {
    const { admin, as, made } = await make('admin')
    expect(await admin('DELETE', `/tokens/${made.body.id}`)).toMatchObject({ status: 204, text: '' })
    expect(await as('GET', '/accounts')).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    const listed = await admin('GET', '/tokens')
    expect(listed.body.tokens).toMatchObject([
      { name: 'An admin', role: 'admin', revokedAt: expect.any(String) },
    ])
    expect(listed.text).not.toContain(made.body.token)
    expect(await admin('DELETE', '/tokens/nobody')).toMatchObject({ status: 404 })
  })

  it('are one of three', async () => {
    const { admin } = await runAdmin()
    const answer = await admin('POST', '/tokens', { name: 'Ann', role: 'king' })
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ field: 'role' }] } })
  })
})
