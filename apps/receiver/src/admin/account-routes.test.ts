import { defaultAccountSettings, parseApiKey } from '@cohort-relay/core'
import { describe, expect, it } from 'vitest'
import { runAdmin } from '../testing/run-admin.ts'
import { webhookPage } from '../testing/webhook-page.ts'

describe('accounts', () => {
  it('are made with a key that is shown once', async () => {
    const { admin, post, now } = await runAdmin()
    const made = await admin('POST', '/accounts', { name: ' Ann ' })
    expect(made).toMatchObject({ status: 201 })
    expect(made.headers.get('cache-control')).toBe('no-store')
    const { key, keyId, ...account } = made.body
    expect(account).toEqual({
      id: expect.any(String),
      name: 'Ann',
      createdAt: now().toISOString(),
      settings: defaultAccountSettings,
      version: 1,
      deletingSince: null,
    })
    expect(parseApiKey(key)?.keyId).toBe(keyId)
    expect((await post(key, webhookPage(['x']))).status).toBe(200)
    const shown = await admin('GET', `/accounts/${account.id}`)
    expect(shown.body).toEqual(account)
    expect(shown.text).not.toContain(key)
  })

  it.each<[string, unknown, string[]]>([
    ['no name', {}, ['name']],
    ['no body', undefined, ['name']],
    ['a blank name', { name: ' ' }, ['name']],
    ['a number for a name', { name: 7 }, ['name']],
    ['a name with NUL', { name: 'a\0b' }, ['name']],
    ['too long a name', { name: 'x'.repeat(201) }, ['name']],
    ['an unknown field', { name: 'Ann', plan: 'free' }, ['plan']],
    ['both', { plan: 'free' }, ['name', 'plan']],
    ['a list', [], ['']],
    ['an unknown setting', { name: 'Ann', settings: { color: 1 } }, ['settings.color']],
  ])('are refused with %s, and each field is named', async (_name, body, fields) => {
    const { admin } = await runAdmin()
    const answer = await admin('POST', '/accounts', body)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', type: '/docs/errors#invalid-request' },
    })
    expect(answer.body.problems.map(({ field }: { field: string }) => field)).toEqual(fields)
    expect((await admin('GET', '/accounts')).body.accounts).toHaveLength(1)
  })

  it('are listed page by page, and may share a name', async () => {
    const { admin, createAccount } = await runAdmin()
    await createAccount()
    await createAccount()
    const first = await admin('GET', '/accounts?limit=2')
    const second = await admin('GET', `/accounts?limit=2&after=${first.body.next}`)
    expect([first.body.accounts.length, second.body.accounts.length, second.body.next]).toEqual([2, 1, null])
    const ids = [...first.body.accounts, ...second.body.accounts].map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
  })

  it.each(['limit=0', 'limit=1001', 'limit=x', 'limit=', 'offset=1', 'after=1&after=2'])(
    'are not listed by the query %s',
    async (query) => {
      const { admin } = await runAdmin()
      const answer = await admin('GET', `/accounts?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    },
  )

  it('are renamed, and one that is not there is not found', async () => {
    const { admin, path } = await runAdmin()
    const changed = await admin('PATCH', path, { name: 'New name' })
    expect(changed).toMatchObject({ status: 200, body: { name: 'New name', version: 2 } })
    expect(changed.headers.get('etag')).toBe('"2"')
    expect(await admin('PATCH', path, {})).toMatchObject({ status: 400 })
    expect(await admin('PATCH', '/accounts/nobody', { name: 'x' })).toMatchObject({
      status: 404,
      body: { detail: 'No such account.' },
    })
  })

  it('that somebody changed since they were read are not changed', async () => {
    const { admin, path } = await runAdmin()
    const tag = (await admin('GET', path)).headers.get('etag')!
    await admin('PATCH', path, { name: 'theirs' })
    const answer = await admin('PATCH', path, { name: 'mine' }, { 'if-match': tag })
    expect(answer).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } })
    expect((await admin('GET', path)).body.name).toBe('theirs')
    expect(await admin('PATCH', path, { name: 'mine' }, { 'if-match': 'x' })).toMatchObject({ status: 400 })
  })

  it('that several people change at once get the changes of all of them', async () => {
    const { admin, path } = await runAdmin()
    const changes = [{ massRemovalPercent: 7 }, { massRemovalMembers: 8 }, { membersAction: 'merge' }]
    await Promise.all(changes.map((settings) => admin('PATCH', path, { settings })))
    expect((await admin('GET', path)).body.settings).toMatchObject(Object.assign({}, ...changes))
  })

  it('are disabled and enabled again', async () => {
    const { admin, path, account, post } = await runAdmin({ clock: () => Number.MAX_SAFE_INTEGER })
    expect((await admin('POST', `${path}/disable`)).body.settings).toMatchObject({ disabled: true })
    expect(await admin('POST', `${path}/disable`)).toMatchObject({ status: 200 })
    expect((await post(account.key, webhookPage(['ann']))).status).toBe(403)
    expect((await admin('POST', `${path}/enable`)).body.settings).toMatchObject({ disabled: false })
  })
})

describe('the settings of an account', () => {
  it('have defaults, change one by one, and are shown', async () => {
    const { admin, path } = await runAdmin()
    const changed = await admin('PATCH', path, { settings: { membersAction: 'merge' } })
    expect(changed.body.settings).toEqual({ ...defaultAccountSettings, membersAction: 'merge' })
    await admin('PATCH', path, { settings: { massRemovalPercent: 100 } })
    expect((await admin('GET', path)).body.settings).toMatchObject({
      membersAction: 'merge',
      massRemovalPercent: 100,
    })
  })

  it('begin as the process says for new accounts', async () => {
    const limits = { massRemovalPercent: 70, massRemovalMembers: 5 }
    const { admin } = await runAdmin({ limits })
    const made = await admin('POST', '/accounts', { name: 'Ann', settings: { massRemovalMembers: 9 } })
    expect(made.body.settings).toMatchObject({ massRemovalPercent: 70, massRemovalMembers: 9 })
  })

  it.each([
    ['an unknown setting', { settings: { color: 'red' } }, 'settings.color'],
    ['a share above 100', { settings: { massRemovalPercent: 101 } }, 'settings.massRemovalPercent'],
    ['no settings', {}, 'settings'],
    ['a list', { settings: [] }, 'settings'],
  ])('refuse %s and name it', async (_case, body, field) => {
    const { admin, path } = await runAdmin()
    const answer = await admin('PATCH', path, body)
    expect(answer).toMatchObject({ status: 400, body: { problems: [{ field }] } })
  })
})

describe('an account that is deleted', () => {
  it('opens nothing any more and is gone in the end, and others stay', async () => {
    const { admin, path, account, createAccount, post, sync, makeDestination, pass } = await runAdmin()
    const other = await createAccount('Other')
    await makeDestination()
    await sync(['ann', 'bob'])
    expect(await admin('DELETE', path)).toMatchObject({ status: 202, text: '' })
    let answer = await admin('GET', path)
    while (answer.status === 200) {
      pass(1)
      expect(answer.body.deletingSince).not.toBeNull()
      answer = await admin('GET', path)
    }
    expect(answer).toMatchObject({ status: 404 })
    expect((await post(other.key, webhookPage(['ann']))).status).toBe(200)
    expect((await admin('GET', `/accounts/${account.id}/cohorts`)).status).toBe(404)
  })
})
