import { describe, expect, it } from 'vitest'
import { runAdmin, settings } from '../testing/run-admin.ts'

const asked = { connector: 'postbox', settings }

describe('destinations', () => {
  it('are made from checked settings that the partner accepts, with an identity by default', async () => {
    const { admin, path, partner, now } = await runAdmin()
    const made = await admin('POST', `${path}/destinations`, asked)
    expect(made).toMatchObject({
      status: 201,
      body: {
        connector: 'postbox',
        createdAt: now().toISOString(),
        state: 'active',
        version: 1,
        needsFullSync: false,
      },
    })
    expect(made.body.identity).toHaveLength(3)
    expect(partner.checked).toEqual([{ ...settings, size: 3 }])
    expect((await admin('GET', `${path}/destinations/${made.body.id}`)).body).toMatchObject({
      id: made.body.id,
      settings: { url: settings.url, secret: '********', size: 3 },
    })
  })

  it.each(['unauthorized', 'misconfigured', 'rejected', 'throttled', 'unavailable', 'fault'] as const)(
    'that the partner answers with %s are not made, and the answer says why',
    async (kind) => {
      const { admin, path, partner } = await runAdmin()
      partner.refuse(kind)
      const refused = ['unauthorized', 'misconfigured', 'rejected'].includes(kind)
      const answer = await admin('POST', `${path}/destinations`, asked)
      expect(answer).toMatchObject(
        refused
          ? { status: 422, body: { code: 'access-refused' } }
          : { status: 503, body: { code: 'partner-unavailable' } },
      )
      expect(answer.body.detail).toContain('Postbox: ')
      expect(answer.body.detail).toContain(kind === 'fault' ? 'an error of the connector' : 'Renew it.')
      expect(answer.text).not.toContain('canary')
      expect((await admin('GET', `${path}/destinations`)).body.destinations).toEqual([])
    },
  )

  it('are made without asking the partner where the caller says so', async () => {
    const { admin, path, partner } = await runAdmin()
    partner.refuse('unauthorized')
    expect(await admin('POST', `${path}/destinations?verify=false`, asked)).toMatchObject({ status: 201 })
    expect(partner.checked).toEqual([])
  })

  it.each<[string, 'all' | 'none' | undefined, unknown, unknown]>([
    ['nothing by default', undefined, undefined, []],
    ['what the connector is for by default', 'all', undefined, 'all'],
    ['nothing where the connector says so', 'none', undefined, []],
    ['what is named', 'all', ['plan', 'città'], ['plan', 'città']],
    ['all', 'none', 'all', 'all'],
  ])('are sent %s, and show it', async (_name, ofConnector, properties, expected) => {
    const { admin, path } = await runAdmin({
      ...(ofConnector && { capabilities: { properties: ofConnector } }),
    })
    const made = await admin('POST', `${path}/destinations`, { ...asked, properties })
    expect(made).toMatchObject({ status: 201, body: { properties: expected } })
    expect((await admin('GET', `${path}/destinations`)).body.destinations).toMatchObject([
      { properties: expected },
    ])
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
    ['an unknown setting', { connector: 'postbox', settings: { ...settings, more: 1 } }, ['settings.more']],
    ['no settings', { connector: 'postbox' }, ['settings']],
    ['an empty identity', { ...asked, identity: [] }, ['identity']],
    ['a property without a name', { ...asked, properties: [''] }, ['properties']],
    ['too many names', { ...asked, properties: Array(201).fill('x') }, ['properties']],
    ['some word', { ...asked, properties: 'some' }, ['properties']],
    ['a wrong kind', { ...asked, identity: [{ property: 'a', kind: 'b' }] }, ['identity.0.kind']],
  ])('are refused with all problems named: %s', async (_name, body, fields) => {
    const { admin, path } = await runAdmin()
    const answer = await admin('POST', `${path}/destinations`, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    const named = answer.body.problems.map(({ field }: { field: string }) => field)
    expect(named.every((field: string, index: number) => field.startsWith(fields[index]!))).toBe(true)
    expect(named).toHaveLength(fields.length)
    expect(answer.text).not.toContain('canary')
    expect((await admin('GET', `${path}/destinations`)).body.destinations).toEqual([])
  })

  it('name the connectors that exist', async () => {
    const { admin, path } = await runAdmin()
    const answer = await admin('POST', `${path}/destinations`, { connector: 'pigeon', settings })
    expect(answer.body.detail).toBe('connector: must be one of: postbox')
  })
})

describe('a destination', () => {
  const setup = async () => {
    const world = await runAdmin()
    const made = await world.makeDestination()
    const change = (body: object, headers = {}, query = '') =>
      world.admin('PATCH', `${made.path}${query}`, body, headers)
    const read = async () => (await world.admin('GET', made.path)).body
    return { ...world, made, change, read }
  }

  it('is changed in the settings that are named; the others and its secrets stay', async () => {
    const { change, partner } = await setup()
    const answer = await change({ settings: { size: 5, secret: '********' } })
    expect(answer).toMatchObject({
      status: 200,
      body: { version: 2, settings: { url: settings.url, size: 5, secret: '********' } },
    })
    expect(answer.headers.get('etag')).toBe('"2"')
    expect(partner.checked).toEqual([{ ...settings, size: 5 }])
    expect((await change({ settings: { size: null } })).body.settings).toMatchObject({ size: 3 })
  })

  it('is not changed where the partner refuses the new settings, unless the caller says so', async () => {
    const { change, partner, read } = await setup()
    partner.refuse('unauthorized')
    expect(await change({ settings: { secret: 'another-secret' } })).toMatchObject({ status: 422 })
    expect(await read()).toMatchObject({ version: 1 })
    expect(await change({ settings: { secret: 'another-secret' } }, {}, '?verify=false')).toMatchObject({
      status: 200,
    })
  })

  it.each([
    [{}, 'settings'],
    [{ settings: { url: null } }, 'settings.url'],
    [{ settings: { more: 1 } }, 'settings.more'],
    [{ identity: [] }, 'identity'],
    [{ connector: 'other', properties: [] }, 'connector'],
  ])('is not changed by %j, and the field is named', async (body, field) => {
    const { change, read } = await setup()
    expect(await change(body)).toMatchObject({ status: 400, body: { problems: [{ field }] } })
    expect(await read()).toMatchObject({ version: 1 })
  })

  it('that somebody changed since it was read is not changed', async () => {
    const { change, read } = await setup()
    await change({ properties: ['plan'] })
    const answer = await change({ identity: [{ property: 'phone', kind: 'phone' }] }, { 'if-match': '"1"' })
    expect(answer).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } })
    expect(await read()).toMatchObject({ version: 2, properties: ['plan'] })
  })

  it('is paused and resumed, also more than once', async () => {
    const { admin, made, now } = await setup()
    const paused = { state: 'paused', pausedSince: now().toISOString() }
    const active = { state: 'active', pausedSince: null }
    expect((await admin('POST', `${made.path}/pause`)).body).toMatchObject(paused)
    expect((await admin('POST', `${made.path}/pause`)).body).toMatchObject(paused)
    expect((await admin('POST', `${made.path}/resume`)).body).toMatchObject(active)
    expect((await admin('POST', `${made.path}/resume`)).body).toMatchObject(active)
  })

  it('is checked again', async () => {
    const { admin, made, partner } = await setup()
    expect(await admin('POST', `${made.path}/check`)).toMatchObject({
      status: 200,
      body: { state: 'active' },
    })
    partner.refuse('unauthorized')
    expect(await admin('POST', `${made.path}/check`)).toMatchObject({
      status: 422,
      body: { detail: 'Postbox: It does not know this token. Renew it.' },
    })
  })

  it('that is deleted is not found in the end', async () => {
    const { admin, made, pass } = await setup()
    expect(await admin('DELETE', `${made.path}?drain=maybe`)).toMatchObject({ status: 400 })
    expect(await admin('DELETE', made.path)).toMatchObject({ status: 202 })
    while ((await admin('GET', made.path)).status !== 404) pass(1)
    expect(await admin('DELETE', made.path)).toMatchObject({ status: 404 })
  })
})

describe('a test of identity', () => {
  const setup = async () => {
    const world = await runAdmin()
    const { path } = await world.makeDestination({ properties: ['plan'] })
    return { ...world, ask: (member: unknown) => world.admin('POST', `${path}/test-identity`, { member }) }
  }

  it('shows which property matched and what would be sent', async () => {
    const { ask } = await setup()
    const member = { mixpanel_distinct_id: 'ann-1', email: ' Ann@Example.com ', plan: 'pro', age: 7 }
    expect((await ask(member)).body).toEqual({
      memberId: 'ann-1',
      matched: { property: 'email', kind: 'email', value: 'ann@example.com' },
      reason: null,
      properties: { plan: 'pro' },
    })
  })

  it('says why nobody is found', async () => {
    const { admin, path, makeDestination } = await setup()
    const made = await makeDestination({ identity: [{ property: 'phone', kind: 'phone' }] })
    const answer = await admin('POST', `${made.path}/test-identity`, {
      member: { mixpanel_distinct_id: 'ann', phone: 'x' },
    })
    expect(answer.body).toMatchObject({
      matched: null,
      properties: null,
      reason: expect.stringContaining('phone'),
    })
    expect(path).not.toBe('')
  })

  it.each([[{}], [{ email: 'a@b.c' }], ['ann'], [null]])('refuses what is no member: %j', async (member) => {
    const { ask } = await setup()
    const answer = await ask(member)
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ field: 'member' }] } })
  })
})
