import { describe, expect, it } from 'vitest'
import { runAdmin } from '../testing/run-admin.ts'
import type { RunSettings } from '../testing/run-receiver.ts'

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
}

/** One of everything of an account, by the name that addresses give it. */
type Ids = Readonly<Record<string, string>>

/** Two accounts with one of everything, and every operation that is about a part of an account. */
const setup = async (wrap: RunSettings['wrap'] = () => ({})) => {
  const world = await runAdmin({ wrap })
  const many = Array.from({ length: 1100 }, (_, index) => `theirs-${index}`)
  const prepare = async (key: string, id: string, cohort: string): Promise<Ids> => {
    const { id: destinationId, path } = await world.makeDestination({}, `/accounts/${id}`)
    // What is delivered meanwhile would be seen as a change.
    await world.admin('POST', `${path}/pause`)
    await world.sync(many, { cohort }, key)
    await world.sync(['theirs-0'], { cohort }, key)
    const keys = await world.admin('GET', `/accounts/${id}/keys`)
    return {
      accountId: id,
      keyId: keys.body.keys[0].keyId,
      destinationId,
      cohortId: cohort,
      memberId: 'theirs-0',
    }
  }
  const other = await world.createAccount('Other')
  const ours = await prepare(world.account.key, world.account.id, 'ours')
  const theirs = await prepare(other.key, other.id, 'theirs')
  const document = (await world.get('/openapi.json')).body as Document
  const operations = Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/accounts/{accountId}/'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method, path: path.replace('/api', '') })),
    )
  const held = (await world.admin('GET', `/accounts/${other.id}/cohorts/theirs`)).body.heldRemovals
    .plan as string
  return { ...world, ours, theirs, operations, held }
}

const namesIn = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => name !== 'accountId')

const filled = (path: string, ids: Ids): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(ids[name] ?? 'nobody'))

type World = Awaited<ReturnType<typeof setup>>

/** Every route with every id of the other account: which of them is not answered as for an id of nothing. */
const tryAll = async ({ admin, ours, theirs, operations, held }: World) => {
  const differing: string[] = []
  let tries = 0
  for (const { method, path } of operations)
    for (const name of namesIn(path)) {
      const body = method === 'get' || method === 'delete' ? undefined : bodyOf(path, held)
      const call = (id: string) => admin(method.toUpperCase(), filled(path, { ...ours, [name]: id }), body)
      const [foreign, nothing] = [await call(theirs[name]!), await call('nobody')]
      tries += 1
      const isSame = foreign.text === nothing.text && foreign.status === nothing.status
      if (!isSame || foreign.status !== 404) differing.push(`${method} ${path} ${name}: ${foreign.status}`)
    }
  return { differing, tries }
}

describe('the parts of another account', () => {
  it('are not there: every route answers as for an id of nothing, and changes nothing', async () => {
    const world = await setup()
    const look = async () => {
      const paths = [
        '',
        '/keys',
        '/destinations',
        '/cohorts',
        '/cohorts/theirs/members?limit=10000',
        '/audit',
      ]
      const seen = paths.map((path) => world.admin('GET', `/accounts/${world.theirs['accountId']}${path}`))
      return (await Promise.all(seen)).map(({ text }) => text)
    }
    const before = await look()
    const { differing, tries } = await tryAll(world)
    expect(differing).toEqual([])
    expect(tries).toBeGreaterThanOrEqual(12)
    expect(await look()).toEqual(before)
    console.info(`${tries} calls with an id of another account, ${world.operations.length} operations`)
  }, 60_000)

  it('are in no list', async () => {
    const { admin, ours, theirs, operations } = await setup()
    const { memberId: _shared, ...telling } = theirs
    const lists = operations.filter(({ method }) => method === 'get')
    for (const { path } of lists) {
      const { text } = await admin('GET', filled(path, ours))
      expect([path, Object.values(telling).filter((id) => text.includes(`"${id}"`))]).toEqual([path, []])
    }
  })

  it('would be noticed if the store told no accounts apart (negative control)', async () => {
    let owner = ''
    const world = await setup((store) => ({
      findDestination: async (id) => {
        const found = await store.findDestination(id)
        return found && { ...found, accountId: owner === '' ? found.accountId : owner }
      },
    }))
    owner = world.account.id
    expect((await tryAll(world)).differing).toContain(
      'post /accounts/{accountId}/destinations/{destinationId}/test-identity destinationId: 200',
    )
  })
})

/** What a route takes, so that it gets as far as looking for what the address names. */
const bodyOf = (path: string, plan: string): object => {
  if (path.endsWith('/approve-removals')) return { plan }
  if (path.endsWith('/test-identity')) return { member: { mixpanel_distinct_id: 'x' } }
  return path.endsWith('{destinationId}') ? { properties: [] } : {}
}
