import { describe, expect, it } from 'vitest'
import { runAdmin, settings } from '../testing/run-admin.ts'

describe('the audit log', () => {
  it('tells who asked for what, the newest first', async () => {
    const { admin, path, account, makeDestination, now } = await runAdmin()
    const { body: token } = await admin('POST', '/tokens', { name: 'Ann', role: 'admin' })
    await admin('PATCH', path, { settings: { disabled: true } }, { authorization: `Bearer ${token.token}` })
    const { id } = await makeDestination()
    const { body } = await admin('GET', '/audit')
    expect(body.lines).toMatchObject([
      {
        actor: 'ADMIN_TOKEN',
        action: 'destinations.create',
        accountId: account.id,
        target: { destinationId: id },
      },
      { actor: 'Ann', action: 'accounts.change', target: {}, changes: { 'settings.disabled': true } },
      { action: 'tokens.create', accountId: null, changes: { name: 'Ann', role: 'admin' } },
      {
        action: 'accounts.create',
        accountId: account.id,
        changes: { name: 'Acme' },
        at: now().toISOString(),
      },
    ])
  })

  it('names the fields of settings of a destination, and none of their values', async () => {
    const { admin, path, makeDestination } = await runAdmin()
    await makeDestination()
    const answer = await admin('GET', `${path}/audit?limit=1`)
    expect(answer.body.lines[0].changes).toEqual({
      connector: 'postbox',
      'settings.url': null,
      'settings.secret': null,
    })
    expect(answer.text).not.toContain(settings.secret)
  })

  it('tells no name that the caller made up, and nothing of an address that is no id', async () => {
    const { admin, path, makeDestination } = await runAdmin()
    const { id } = await makeDestination()
    const pasted = 'crk_0123456789ab_a-whole-key-that-was-pasted'
    const change = { settings: { url: 'https://b.example', [pasted]: pasted, secret: { [pasted]: 1 } } }
    await admin('PATCH', `${path}/destinations/${id}`, change)
    await admin('PATCH', `${path}/destinations/${id}`, { identity: [{ property: pasted, kind: 'id' }] })
    await admin('DELETE', `${path}/keys/${pasted}`)
    await admin('DELETE', `/tokens/ann@example.com`)
    await admin('POST', `${path}/enable`, { [pasted]: pasted })
    const { body, text } = await admin('GET', '/audit')
    expect(text).not.toMatch(/pasted|ann@example/)
    const asked = body.lines.filter(({ outcome }: { outcome: string }) => outcome === 'asked')
    expect(asked).toMatchObject([
      { action: 'accounts.enable', changes: {} },
      { action: 'tokens.revoke', target: { tokenId: '(no id)' } },
      { action: 'keys.revoke', target: { keyId: '(no id)' } },
      { action: 'destinations.update', target: { destinationId: id }, changes: { 'identity.0': null } },
      {
        action: 'destinations.update',
        changes: { settings: null, 'settings.url': null, 'settings.secret': null },
      },
      { action: 'destinations.create' },
      { action: 'accounts.create' },
    ])
  })

  it('has no line with a value that could not be used', async () => {
    const { admin, path } = await runAdmin()
    const pasted = 'whsec_a-secret-that-was-pasted'
    const refused = [
      await admin('PATCH', path, { settings: { membersAction: pasted } }),
      await admin('PATCH', path, { settings: { [pasted]: 1 } }),
      await admin('POST', `${path}/destinations`, { connector: pasted, settings: {} }),
      await admin('POST', `${path}/cohorts/2/approve-removals`, { plan: pasted }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400])
    expect((await admin('GET', '/audit')).body.lines).toHaveLength(1)
  })

  it('has a line for what was refused after it was checked, and why', async () => {
    const { admin, path } = await runAdmin()
    await admin('PATCH', path, { name: 'Bob' }, { 'if-match': '"7"' })
    const { body } = await admin('GET', `${path}/audit?limit=2`)
    expect(body.lines).toMatchObject([
      { action: 'accounts.change', outcome: 'refused', problem: 'changed-meanwhile' },
      { action: 'accounts.change', outcome: 'asked', problem: null },
    ])
  })

  it('is written before the change: without it nothing is done', async () => {
    const { admin, path } = await runAdmin({
      wrap: (store) => ({
        recordAudit: async (line) => {
          if (line.action === 'accounts.change') throw new Error('the disk is full')
          await store.recordAudit(line)
        },
      }),
    })
    expect(await admin('PATCH', path, { name: 'Bob' })).toMatchObject({ status: 500 })
    expect((await admin('GET', path)).body.name).toBe('Acme')
  })

  it('has no line for what was only looked at, or could not be read', async () => {
    const { admin, path } = await runAdmin()
    await admin('GET', path)
    await admin('PATCH', path, { nothing: 1 })
    expect((await admin('GET', '/audit')).body.lines).toHaveLength(1)
  })

  it('is read page by page', async () => {
    const { admin, createAccount } = await runAdmin()
    for (const name of ['b', 'c', 'd']) await createAccount(name)
    const first = await admin('GET', '/audit?limit=3')
    const second = await admin('GET', `/audit?limit=3&after=${first.body.next}`)
    const names = [...first.body.lines, ...second.body.lines].map(({ changes }) => changes.name)
    expect([names, second.body.next]).toEqual([['d', 'c', 'b', 'Acme'], null])
    expect(await admin('GET', '/audit?after=x')).toMatchObject({ status: 400 })
  })
})
