import { settings, type AdminWorld } from './run-admin.ts'
import type { Answer } from './receiver-client.ts'

export interface CallMade {
  readonly method: string
  /** As the document names it. */
  readonly path: string
  readonly answer: Answer
}

interface Planned {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** With names in braces. */
  readonly path: string
  readonly query?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** Instead of the ids of the world. */
  readonly ids?: Readonly<Record<string, string>>
}

const account = '/accounts/{accountId}'
const key = `${account}/keys/{keyId}`
const destination = `${account}/destinations/{destinationId}`
const cohort = `${account}/cohorts/{cohortId}`
const made = { connector: 'postbox', settings }
const stale = { 'if-match': '"77"' }

/** Every route with what it takes, in an order in which one call leaves the next one what it needs. */
const plan: readonly Planned[] = [
  { method: 'post', path: '/accounts', body: { name: 'New' } },
  { method: 'get', path: '/accounts' },
  { method: 'get', path: account },
  { method: 'patch', path: account, body: { name: 'Newer' } },
  { method: 'patch', path: account, body: { name: 'Newer' }, headers: stale },
  { method: 'post', path: `${account}/disable` },
  { method: 'post', path: `${account}/enable` },
  { method: 'get', path: `${account}/audit` },
  { method: 'get', path: `${account}/keys` },
  { method: 'post', path: `${account}/keys`, body: { label: 'second' } },
  { method: 'post', path: `${key}/rotate`, body: { graceSeconds: 60 } },
  { method: 'delete', path: key },
  { method: 'post', path: `${key}/rotate`, body: {} },
  { method: 'get', path: '/connectors' },
  { method: 'get', path: '/connectors/{connectorId}' },
  { method: 'post', path: `${account}/destinations`, body: made },
  { method: 'get', path: `${account}/destinations` },
  { method: 'get', path: destination },
  { method: 'patch', path: destination, body: { properties: ['plan'] } },
  { method: 'patch', path: destination, body: { properties: ['plan'] }, headers: stale },
  { method: 'post', path: `${destination}/pause` },
  { method: 'post', path: `${destination}/resume` },
  { method: 'post', path: `${destination}/check` },
  { method: 'post', path: `${destination}/test-identity`, body: { member: { mixpanel_distinct_id: 'a' } } },
  { method: 'get', path: `${account}/cohorts` },
  { method: 'get', path: cohort },
  { method: 'get', path: `${cohort}/members` },
  { method: 'post', path: '/tokens', body: { name: 'Ann', role: 'viewer' } },
  { method: 'get', path: '/tokens' },
  { method: 'get', path: '/audit' },
  { method: 'get', path: '/secrets' },
  { method: 'post', path: '/secrets/rotate' },
  { method: 'delete', path: '/tokens/{tokenId}' },
]

const isChange = ({ method }: Planned): boolean => method !== 'get'

/** Makes every call of the plan, and each of them in every way in which it is refused. */
export async function* everyCall(world: AdminWorld): AsyncGenerator<CallMade> {
  const ids = await prepare(world)
  const call = async ({
    method,
    path,
    query = '',
    body,
    headers,
    ids: other,
  }: Planned): Promise<CallMade> => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      encodeURIComponent(other?.[name] ?? ids[name]!),
    )
    const answer = await world.admin(method.toUpperCase(), `${filled}${query}`, body, headers)
    return { method, path: `/api${path}`, answer }
  }
  const refused = Object.fromEntries(Object.keys(ids).map((name) => [name, 'nobody']))
  for (const planned of plan) {
    yield await call(planned)
    yield* refusalsOf(planned, { call, refused, viewer: ids['viewer']! })
  }
  yield* heldRemovals(world, call)
  yield* refusedByPartner(world, call)
  yield* deletions(ids, call)
  yield* shutDoor(world)
}

type Make = (planned: Planned) => Promise<CallMade>

interface Refusing {
  readonly call: Make
  /** Ids of nothing. */
  readonly refused: Readonly<Record<string, string>>
  /** A token that may only read. */
  readonly viewer: string
}

async function* refusalsOf(planned: Planned, { call, refused, viewer }: Refusing): AsyncGenerator<CallMade> {
  const { path } = planned
  yield await call({ ...planned, query: '?nothing=1' })
  yield await call({ ...planned, headers: { authorization: 'Bearer wrong' } })
  yield await call({ ...planned, headers: { authorization: `Bearer ${viewer}` } })
  if (path.includes('{')) yield await call({ ...planned, ids: refused })
  if (!isChange(planned)) return
  yield await call({ ...planned, body: '{' })
  yield await call({ ...planned, body: JSON.stringify({ name: 'x'.repeat(200_000) }) })
}

/** Ids of one of everything; `viewer` is a token. */
const prepare = async ({
  admin,
  account: { id },
  path,
  makeDestination,
  sync,
}: AdminWorld): Promise<Readonly<Record<string, string>>> => {
  await sync(['ann', 'bob'])
  const { body: token } = await admin('POST', '/tokens', { name: 'Bob', role: 'viewer' })
  const { body } = await admin('GET', `${path}/keys`)
  const spare = await admin('POST', `${path}/keys`, {})
  const { id: destinationId } = await makeDestination()
  return {
    accountId: id,
    keyId: spare.body.keyId as string,
    first: body.keys[0].keyId as string,
    connectorId: 'postbox',
    destinationId,
    cohortId: '2',
    tokenId: (await admin('POST', '/tokens', { name: 'Cid', role: 'viewer' })).body.id as string,
    viewer: token.token as string,
  }
}

async function* heldRemovals(world: AdminWorld, call: Make): AsyncGenerator<CallMade> {
  const approve = { method: 'post', path: `${cohort}/approve-removals` } as const
  const many = Array.from({ length: 1500 }, (_, index) => `m${index}`)
  const held = async (): Promise<string> =>
    (await world.admin('GET', `${world.path}/cohorts/held`)).body.heldRemovals.plan
  const ids = { cohortId: 'held' }
  await world.sync(many, { cohort: 'held' })
  await world.sync(['m0'], { cohort: 'held' })
  const old = await held()
  await world.sync(['m1'], { cohort: 'held' })
  yield await call({ ...approve, ids, body: { plan: old } })
  yield await call({ ...approve, ids, body: { plan: await held() } })
  yield await call({ ...approve, ids, body: { plan: '0' } })
  yield await call({ ...approve, ids, body: {} })
  const token = await world.admin('POST', '/tokens', { name: 'Dan', role: 'viewer' })
  const headers = { authorization: `Bearer ${token.body.token}` }
  yield await call({ ...approve, ids, body: { plan: '1' }, headers })
  yield await call({ ...approve, ids, body: { plan: '1' }, headers: { authorization: 'Bearer wrong' } })
  yield await call({ ...approve, ids, body: 'x'.repeat(200_000) })
}

async function* refusedByPartner(world: AdminWorld, call: Make): AsyncGenerator<CallMade> {
  for (const kind of ['unauthorized', 'unavailable'] as const) {
    world.partner.refuse(kind)
    yield await call({ method: 'post', path: `${account}/destinations`, body: made })
    yield await call({ method: 'patch', path: destination, body: { settings: { size: 4 } } })
    yield await call({ method: 'post', path: `${destination}/check` })
  }
  world.partner.refuse(undefined)
}

/** While its members are being removed, nothing can be changed: a destination that is paused with its account disabled waits. */
async function* deletions(ids: Readonly<Record<string, string>>, call: Make): AsyncGenerator<CallMade> {
  yield await call({ method: 'post', path: `${account}/disable` })
  const remove = { method: 'delete', path: destination } as const
  yield* refusalsOf(remove, { call, refused: { ...ids, destinationId: 'nobody' }, viewer: ids['viewer']! })
  yield await call(remove)
  for (const verb of ['pause', 'resume', 'check'])
    yield await call({ method: 'post', path: `${destination}/${verb}` })
  yield await call({ method: 'patch', path: destination, body: { properties: [] } })
  const removeAccount = { method: 'delete', path: account } as const
  yield* refusalsOf(removeAccount, { call, refused: { ...ids, accountId: 'nobody' }, viewer: ids['viewer']! })
  yield await call(removeAccount)
  yield await call({ method: 'patch', path: account, body: { name: 'x' } })
  yield await call({ method: 'post', path: `${account}/enable` })
  yield await call({ method: 'post', path: `${account}/disable` })
  yield await call({ method: 'post', path: `${account}/destinations`, body: made })
}

/** Addresses that no program can decode. */
async function* shutDoor(world: AdminWorld): AsyncGenerator<CallMade> {
  const answer = await world.admin('GET', '/accounts/%ff')
  yield { method: 'get', path: `/api${account}`, answer }
}
