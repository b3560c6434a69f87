import { DestinationError } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { deliveryWorld, person } from './testing/delivery-world.ts'

const down = () => {
  throw new DestinationError('unavailable', 'it is down')
}
const dueIn = async ({ store, now }: Awaited<ReturnType<typeof deliveryWorld>>) =>
  ((await store.nextFeedDueAt(now()))!.getTime() - now().getTime()) / 1000

const setup = async (ids = ['ann', 'bob', 'cid'], membersPerCall?: number) => {
  const world = await deliveryWorld(membersPerCall)
  await world.destination()
  await world.sync(
    'members',
    ids.map((id) => person(id)),
  )
  return world
}

/** Two runs of the same batch, between which the process died. */
const keysAroundCrash = async (disturb: (key: string) => string = (key) => key): Promise<string[][]> => {
  const world = await setup()
  const { connect, store } = world.parts
  const lossy = { ...store, recordOutcomes: async () => Promise.reject(new Error('killed')) }
  const disturbed: typeof connect = (stored) => {
    const connected = connect(stored)
    const { destination } = connected
    return {
      ...connected,
      destination: {
        ...destination,
        addMembers: (audience, members, call) =>
          destination.addMembers(audience, members, {
            ...call,
            idempotencyKey: disturb(call.idempotencyKey),
          }),
      },
    }
  }
  await expect(world.turn({ store: lossy, connect: disturbed })).rejects.toThrow('killed')
  world.pass(60)
  await world.turn({ connect: disturbed })
  const adds = world.partner.calls.filter(({ verb }) => verb === 'add')
  return adds.map(({ idempotencyKey, occurredAt }) => [idempotencyKey, occurredAt.toISOString()])
}

test('a batch sent again after a crash carries the same key and the same time', async () => {
  const [first, second, ...more] = await keysAroundCrash()
  expect(more).toEqual([])
  expect(second).toEqual(first)
})
test('a key made at random would be noticed', async () => {
  let random = 0
  const [first, second] = await keysAroundCrash((key) => `${key}${++random}`)
  expect(second).not.toEqual(first)
})

test('the rest of a batch that broke off keeps the keys and times of its calls', async () => {
  const world = await setup(['ann', 'bob'], 1)
  world.partner.answers((apply, { members }) => (members.includes('bob') ? down() : apply()))
  await world.turn()
  world.pass(60)
  await world.sync('add_members', [person('cid')])
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  const bob = world.partner.calls.filter(({ members }) => members.includes('bob'))
  expect(bob).toHaveLength(2)
  expect(bob[1]).toMatchObject({ idempotencyKey: bob[0]!.idempotencyKey, occurredAt: bob[0]!.occurredAt })
  expect(world.partner.calls.filter(({ members }) => members.includes('ann'))).toHaveLength(1)
})

test('the audience is prepared once, also when the first addition fails', async () => {
  const world = await setup()
  world.partner.answers((apply, { verb }) => (verb === 'add' ? down() : apply()))
  await world.turn()
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  expect(world.partner.calls.map(({ verb }) => verb)).toEqual(['prepare', 'add', 'add'])
})

test('an audience that is gone is prepared anew, and its membership restored without the leavers', async () => {
  const world = await setup()
  await world.deliverAll()
  world.partner.lists.clear()
  await world.sync('remove_members', [person('ann')])
  await world.deliverAll()
  expect(world.people()).toEqual(['bob@example.com', 'cid@example.com'])
  const keys = world.partner.calls.map(({ idempotencyKey }) => idempotencyKey)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a throttled feed waits as long as it was asked to, also for a new change, and loses no attempt', async () => {
  const world = await setup()
  world.partner.answers(() => {
    throw new DestinationError('throttled', 'slow down', { retryAfterSeconds: 17 })
  })
  await world.turn()
  await world.sync('add_members', [person('dan')])
  expect(await dueIn(world)).toBe(17)
  expect(await world.turn()).toBe(false)
  world.pass(17)
  const [owed] = await world.owed(1)
  expect(await world.store.readBatch(owed!, world.now(), 10)).toMatchObject({ attempts: 0 })
})

test('an unavailable destination is asked less and less often', async () => {
  const world = await setup()
  world.partner.answers(down)
  const waits: number[] = []
  for (let turn = 0; turn < 4; turn++) {
    await world.turn()
    waits.push(await dueIn(world))
    world.pass(waits.at(-1)!)
  }
  expect(waits).toEqual([1, 2, 4, 8])
  expect(await world.feed()).toMatchObject({ owed: 3, lastError: 'unavailable: it is down' })
})

test.each<[string, Partial<{ connect: () => never }>, string]>([
  [
    'cannot be decrypted',
    {
      connect: () => {
        throw new Error('wrong key hunter2')
      },
    },
    'misconfigured: the connector cannot be set up: Error',
  ],
  [
    'throw nothing at all',
    {
      connect: () => {
        throw undefined
      },
    },
    'misconfigured: the connector cannot be set up: unknown',
  ],
])('a feed whose settings %s waits in the store', async (_name, changed, lastError) => {
  const world = await setup()
  await world.turn(changed)
  expect(await world.turn(changed)).toBe(false)
  expect(await dueIn(world)).toBeGreaterThanOrEqual(300)
  expect(await world.feed()).toMatchObject({ owed: 3, lastError })
  expect(JSON.stringify(world.lines)).not.toContain('hunter2')
  await world.deliverAll()
  expect(world.people()).toHaveLength(3)
})

const leak = Object.assign(new Error('token hunter2 of ann@example.com'), { name: 'hunter2' })
test.each<[string, unknown]>([
  ['undefined', undefined],
  ['null', null],
  ['a text', 'hunter2'],
  ['an error with secrets', leak],
  ['an object', { name: 'hunter2', message: 'hunter2' }],
  ['a failure of a kind that does not exist', new DestinationError('odd' as 'unavailable', 'odd')],
])('a connector that throws %s costs nothing but time', async (_name, thrown) => {
  const world = await setup(['ann', 'bob', 'cid'], 1)
  world.partner.answers((apply, { members }) => {
    if (members.includes('bob')) throw thrown
    return apply()
  })
  await world.turn()
  expect(await world.feed()).toMatchObject({ owed: 2, delivered: 1, failed: 0 })
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  expect(world.people()).toHaveLength(3)
  const told = JSON.stringify([world.lines, await world.feed()])
  for (const secret of ['hunter2', 'ann@', '"ann"', '"bob"', '@example.com'])
    expect(told).not.toContain(secret)
})

test('a connector that throws before it returns a promise is no different', async () => {
  const world = await setup()
  const { connect } = world.parts
  const hasty: typeof connect = (stored) => {
    const connected = connect(stored)
    const addMembers = () => {
      throw new TypeError('members is not iterable')
    }
    return { ...connected, destination: { ...connected.destination, addMembers } }
  }
  await world.turn({ connect: hasty })
  expect(await world.feed()).toMatchObject({
    owed: 3,
    lastError: 'unavailable: the connector failed: TypeError',
  })
})

test('a call that never settles ends at its deadline', async () => {
  const world = await setup()
  const signals: AbortSignal[] = []
  world.partner.answers((apply, { verb, signal }) => {
    if (verb === 'prepare') return apply()
    signals.push(signal)
    return new Promise(() => undefined)
  })
  await world.turn({ callSeconds: 0.001 })
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  expect(await world.feed()).toMatchObject({ owed: 3, lastError: 'unavailable: the call took too long' })
})

test.each([undefined, null, {}, { id: '' }, { id: 7 }, { id: 'x'.repeat(4097) }])(
  'an audience %j is not used',
  async (reference) => {
    const world = await setup()
    world.partner.answers(() => reference)
    await world.turn()
    expect(world.partner.calls.map(({ verb }) => verb)).toEqual(['prepare'])
    expect(await world.feed()).toMatchObject({
      lastError: 'unavailable: the connector gave no usable audience id',
    })
  },
)

test.each([0, -1, Number.NaN, 0.5])('a limit of %d members a call is taken for 1', async (membersPerCall) => {
  const world = await setup(['ann', 'bob'], membersPerCall)
  await world.deliverAll()
  expect(world.partner.calls.map(({ members }) => members.join())).toEqual(['', 'ann', 'bob'])
})

/** Whom a partner refuses that answers in an order of its own. */
const refusedByReversedAnswer = async (byPosition: boolean): Promise<string[]> => {
  const world = await setup()
  const { connect } = world.parts
  world.partner.answers((apply, { verb, members }) => {
    if (verb === 'prepare') return apply()
    const answers = members.map((memberId) =>
      memberId === 'ann' ? { memberId, outcome: 'refused', reason: 'no' } : { memberId, outcome: 'applied' },
    )
    return byPosition
      ? answers.toReversed().map((answer, index) => ({ ...answer, memberId: members[index] }))
      : answers.toReversed()
  })
  const refused: number[] = []
  const store = {
    ...world.store,
    recordOutcomes: async (...[turn, outcomes]: Parameters<typeof world.store.recordOutcomes>) => {
      refused.push(...outcomes.failures.map(({ memberRow }) => memberRow))
      await world.store.recordOutcomes(turn, outcomes)
    },
  }
  const [owed] = await world.owed(1)
  const batch = await world.store.readBatch(owed!, world.now(), 10)
  await world.turn({ store, connect })
  return batch!.changes.filter(({ memberRow }) => refused.includes(memberRow)).map(({ id }) => id)
}
test('results belong to the member they name', async () => {
  expect(await refusedByReversedAnswer(false)).toEqual(['ann'])
})
test('results trusted by position would be noticed', async () => {
  expect(await refusedByReversedAnswer(true)).not.toEqual(['ann'])
})

test('she is not added under her new address before the old one is removed', async () => {
  const world = await setup(['ann'])
  await world.deliverAll()
  await world.sync('members', [person('ann', 'new@example.com')])
  world.partner.answers((apply, { verb }) =>
    verb === 'remove' ? [{ memberId: 'ann', outcome: 'retry', reason: 'busy' }] : apply(),
  )
  await world.turn()
  expect(world.people()).toEqual(['ann@example.com'])
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  expect(world.people()).toEqual(['new@example.com'])
})

test('who leaves after a call of unknown fate is removed under both addresses', async () => {
  const world = await setup(['ann', 'bob'])
  await world.deliverAll()
  await world.sync('add_members', [person('ann', 'new@example.com')])
  world.partner.answers((apply) => {
    apply()
    return down()
  })
  await world.turn()
  world.pass(60)
  await world.turn()
  await world.sync('remove_members', [person('ann')])
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  expect(world.people()).toEqual(['bob@example.com'])
})

const lacksCredentials = () => {
  throw new DestinationError('unauthorized', 'the key was revoked')
}
const refusedSince = async (world: Awaited<ReturnType<typeof deliveryWorld>>) =>
  (await world.store.findDestination('crm'))?.unauthorizedSince

test('a destination whose credentials are refused says since when, until a call succeeds', async () => {
  const world = await setup()
  world.partner.answers(lacksCredentials)
  const first = world.now()
  await world.turn()
  expect(await refusedSince(world)).toEqual(first)
  world.pass(600)
  world.partner.answers(down)
  await world.turn()
  expect(await refusedSince(world)).toEqual(first)
  world.partner.answers((apply) => apply())
  await world.deliverAll()
  expect(await refusedSince(world)).toBeNull()
})
test('a destination that was told some before its credentials were refused is refused', async () => {
  const world = await setup(['ann', 'bob'], 1)
  world.partner.answers((apply, { members }) => (members.includes('bob') ? lacksCredentials() : apply()))
  await world.turn()
  expect(await refusedSince(world)).toEqual(world.now())
})
test('a destination is not refused for ever when there is nobody left to tell it of', async () => {
  const world = await setup([])
  await world.sync('add_members', ['without-email'])
  const [owed] = await world.owed(1)
  await world.store.recordAccess(owed!, 'refused', world.now())
  await world.turn()
  expect(world.partner.calls).toEqual([])
  expect(await refusedSince(world)).toBeNull()
})
test('a change of nothing that is mapped passes without a call, neither delivered nor failed', async () => {
  const world = await deliveryWorld()
  await world.destination('crm', 'acme', { properties: ['plan'] })
  world.pass(1)
  await world.destination('all', 'acme', { properties: 'all' })
  await world.sync('members', [{ ...person('ann'), plan: 'pro', n: 1 }])
  await world.deliverAll()
  const before = world.partner.calls.length
  await world.sync('members', [{ ...person('ann'), plan: 'pro', n: 2 }])
  await world.deliverAll()
  expect(world.partner.calls.slice(before).map(({ destinationId }) => destinationId)).toEqual(['all'])
  expect((await world.cohort())?.destinations).toMatchObject([
    { id: 'crm', delivered: 1, owed: 0, failed: 0 },
    { id: 'all', delivered: 2, owed: 0, failed: 0 },
  ])
  const quiet = world.lines.findLast(({ destinationId }) => destinationId === 'crm')
  expect(quiet).toMatchObject({ event: 'batch.delivered', changes: 1, unaffected: 1, calls: 0 })
})
