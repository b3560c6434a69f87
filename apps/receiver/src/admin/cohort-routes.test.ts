import { describe, expect, it } from 'vitest'
import { runAdmin } from '../testing/run-admin.ts'

describe('cohorts', () => {
  it('are listed as the ledger has them, and read one by one', async () => {
    const { admin, path, sync, now } = await runAdmin()
    await sync(['ann', 'bob'])
    const { body } = await admin('GET', `${path}/cohorts`)
    expect(body.cohorts).toMatchObject([
      {
        projectId: '1',
        id: '2',
        name: 'Trial users',
        members: 2,
        sequence: 2,
        lastSyncAt: now().toISOString(),
        openSession: false,
        needsReconcile: null,
        usualIntervalSeconds: null,
        stale: false,
        setAside: { members: 0, reasons: {} },
        heldRemovals: null,
        destinations: [],
      },
    ])
    expect((await admin('GET', `${path}/cohorts/2`)).body).toMatchObject({ id: '2', members: 2 })
    expect(await admin('GET', `${path}/cohorts/3`)).toMatchObject({ status: 404 })
  })

  it('list their members page by page', async () => {
    const { admin, path, sync, now } = await runAdmin()
    await sync(['ann', 'bob', 'cid'], { cohort: 'a/b' })
    const members = `${path}/cohorts/a%2Fb/members?limit=2`
    const { body } = await admin('GET', members)
    expect(body.members).toMatchObject([
      { id: 'ann', changedAt: now().toISOString() },
      { id: 'bob', sequence: 2 },
    ])
    expect((await admin('GET', `${members}&after=${body.next}`)).body).toMatchObject({
      members: [{ id: 'cid' }],
      next: null,
    })
  })

  it('with one id in two projects need the project, and the choices are named', async () => {
    const { admin, path, sync } = await runAdmin()
    await sync(['ann'])
    await sync(['bob'], { project: '7' })
    expect(await admin('GET', `${path}/cohorts/2/members`)).toMatchObject({
      status: 400,
      body: { detail: 'projectId: say which: 1, 7' },
    })
    expect((await admin('GET', `${path}/cohorts/2/members?projectId=7`)).body).toMatchObject({
      members: [{ id: 'bob' }],
    })
  })

  it.each(['limit=0', 'limit=10001', 'limit=x', 'offset=1', 'after=x'])(
    'refuse the query %s',
    async (query) => {
      const { admin, path, sync } = await runAdmin()
      await sync(['ann'])
      const answer = await admin('GET', `${path}/cohorts/2/members?${query}`)
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    },
  )
})

describe('removals that wait', () => {
  const many = Array.from({ length: 1500 }, (_, index) => `m${index}`)
  const setup = async () => {
    const world = await runAdmin()
    await world.sync(many)
    await world.sync(['m0'])
    const held = async () => (await world.admin('GET', `${world.path}/cohorts`)).body.cohorts[0].heldRemovals
    const approve = (body: object, of = world.path, cohort = '2') =>
      world.admin('POST', `${of}/cohorts/${cohort}/approve-removals`, body)
    return { ...world, held, approve }
  }

  it('are shown with their cohort, and approved by their plan', async () => {
    const { approve, held, account, until, now } = await setup()
    const { plan, ...shown } = await held()
    expect(shown).toEqual({ members: 1499, since: now().toISOString() })
    expect(await approve({ plan })).toMatchObject({ status: 200, body: { members: 1499 } })
    const fields = { accountId: account.id, projectId: '1', cohortId: '2', plan, members: 1499 }
    expect(await until('removals.approved')).toMatchObject(fields)
    await until('removals.applied')
    expect(await held()).toBeNull()
  })

  it('are not approved by a plan that a newer sync replaced, and the answer names the new one', async () => {
    const { approve, held, sync } = await setup()
    const { plan } = await held()
    await sync(['m1'])
    const newer = (await held()).plan
    expect(await approve({ plan })).toMatchObject({
      status: 409,
      body: { code: 'plan-superseded', plan: newer },
    })
    await sync(many)
    expect((await approve({ plan })).body).not.toHaveProperty('plan')
  })

  it('are not found under an unknown plan, an unknown cohort or another account', async () => {
    const { approve, held, createAccount, path } = await setup()
    const { plan } = await held()
    const unknown = await approve({ plan }, path, 'nothing')
    const others = await approve({ plan }, `/accounts/${(await createAccount()).id}`)
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not-found' } })
    expect(others.text).toBe(unknown.text)
    expect(await approve({ plan: '0' })).toMatchObject({ status: 404 })
    expect(await approve({ plan: 'nothing' })).toMatchObject({ status: 400 })
    expect(await approve({})).toMatchObject({ status: 400 })
    expect(await held()).toMatchObject({ members: 1499 })
  })
})
