import { describe, expect, it } from 'vitest'
import { runReceiver } from '../testing/run-receiver.ts'
import { webhookPage } from '../testing/webhook-page.ts'

const hour = 3600

const setup = async () => {
  let now = Date.parse('2026-11-26T12:00:00Z')
  const receiver = await runReceiver({ now: () => new Date(now) })
  const account = await receiver.createAccount()
  const keys = `/accounts/${account.id}/keys`
  return {
    ...receiver,
    account,
    keys,
    pass: (seconds: number) => void (now += seconds * 1000),
    /** Whether a page with this key is taken. */
    opens: async (key: string) => (await receiver.post(key, webhookPage(['ann']))).status,
  }
}

describe('a key', () => {
  it('is shown once, and then only by what is not secret', async () => {
    const { admin, keys, opens, pass } = await setup()
    pass(1)
    const made = await admin('POST', keys, { label: 'second' })
    expect(made).toMatchObject({
      status: 201,
      body: { label: 'second', key: expect.stringMatching(/^crk_/) },
    })
    expect(await opens(made.body.key)).toBe(200)
    const listed = await admin('GET', keys)
    expect(listed.body.keys).toMatchObject([
      { label: 'first key', state: 'valid' },
      { keyId: made.body.keyId, label: 'second', state: 'valid', revokedAt: null },
    ])
    expect(listed.text).not.toContain(made.body.key)
    expect(listed.text).not.toContain('hash')
  })

  it('that is revoked opens nothing any more, also when it is revoked again', async () => {
    const { admin, keys, opens, account } = await setup()
    const { body } = await admin('GET', keys)
    const one = `${keys}/${body.keys[0].keyId}`
    expect(await admin('DELETE', one)).toMatchObject({ status: 204, text: '' })
    expect(await admin('DELETE', one)).toMatchObject({ status: 204 })
    expect(await opens(account.key)).toBe(401)
    expect((await admin('GET', keys)).body.keys).toMatchObject([{ state: 'revoked' }])
  })

  it('that is rotated works on beside the new one until the grace time is over', async () => {
    const { admin, keys, opens, account, pass } = await setup()
    const { body } = await admin('GET', keys)
    const path = `${keys}/${body.keys[0].keyId}/rotate`
    const rotated = await admin('POST', path, { graceSeconds: hour })
    expect(rotated).toMatchObject({ status: 201, body: { label: 'first key', replaces: body.keys[0].keyId } })
    expect([await opens(account.key), await opens(rotated.body.key)]).toEqual([200, 200])
    pass(hour - 1)
    expect(await opens(account.key)).toBe(200)
    pass(1)
    expect([await opens(account.key), await opens(rotated.body.key)]).toEqual([401, 200])
    expect(await admin('POST', path)).toMatchObject({ status: 409, body: { code: 'key-revoked' } })
  })

  it('that is rotated may be revoked before the grace time is over, and not later than that', async () => {
    const { admin, keys, opens, account, pass } = await setup()
    const { keyId } = (await admin('GET', keys)).body.keys[0]
    await admin('POST', `${keys}/${keyId}/rotate`, { graceSeconds: hour })
    await admin('POST', `${keys}/${keyId}/rotate`, { graceSeconds: 2 * hour })
    pass(hour)
    expect(await opens(account.key)).toBe(401)
  })

  it.each([
    [{ graceSeconds: -1 }, 'graceSeconds'],
    [{ graceSeconds: 7 * 24 * hour + 1 }, 'graceSeconds'],
    [{ graceSeconds: 'long' }, 'graceSeconds'],
    [{ label: '' }, 'label'],
    [{ label: 'a\0b' }, 'label'],
    [{ unknown: 1 }, 'unknown'],
  ])('is not rotated by %j, which names the field', async (body, field) => {
    const { admin, keys } = await setup()
    const { keyId } = (await admin('GET', keys)).body.keys[0]
    const answer = await admin('POST', `${keys}/${keyId}/rotate`, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(answer.body.detail).toContain(field)
  })

  it('of another account is one that does not exist', async () => {
    const { admin, keys, createAccount } = await setup()
    const other = await createAccount()
    const { keyId } = (await admin('GET', `/accounts/${other.id}/keys`)).body.keys[0]
    const foreign = await admin('DELETE', `${keys}/${keyId}`)
    expect(foreign).toMatchObject({ status: 404, body: { detail: 'No such key.' } })
    expect(foreign.text).toEqual((await admin('DELETE', `${keys}/nokey`)).text)
    expect(await admin('POST', `${keys}/${keyId}/rotate`)).toMatchObject({ status: 404 })
    expect((await admin('GET', `/accounts/${other.id}/keys`)).body.keys).toMatchObject([{ state: 'valid' }])
  })
})

describe('connectors', () => {
  it('say which settings they need, and which of them are secret', async () => {
    const { admin } = await setup()
    const { body } = await admin('GET', '/connectors')
    const [webhook] = body.connectors
    expect(webhook).toMatchObject({
      id: 'webhook',
      identityKinds: ['email', 'phone', 'id'],
      documentation: 'libs/connectors/webhook/README.md',
      capabilities: { membersPerCall: 1000 },
      settings: {
        type: 'object',
        required: expect.arrayContaining(['url', 'secret']),
        properties: { secret: { writeOnly: true }, headers: { writeOnly: true } },
      },
    })
    expect((await admin('GET', '/connectors/webhook')).body).toEqual(webhook)
    expect(await admin('GET', '/connectors/pigeon')).toMatchObject({ status: 404 })
  })
})
