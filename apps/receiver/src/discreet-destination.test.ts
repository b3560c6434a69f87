import {
  DestinationError,
  secret,
  type Connector,
  type Destination,
  type Member,
  type MemberResult,
} from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { discreetDestination } from './discreet-destination.ts'

const settings = { token: 'Bearer abcdefgh1234', region: 'europe-west' }
const cohort = { projectId: '1', id: '2', name: 'Trial users', description: '' }
const audience = { id: 'list-1', cohort }
const call = { idempotencyKey: 'k', occurredAt: new Date(0), signal: new AbortController().signal }
const member = (id: string, email: string): Member => ({
  id,
  identity: { kind: 'email', value: email },
  properties: { $name: 'Ann Smith', plan: 'pro' },
})
const ann = member('user-ann', 'ann@example.com')
const bob = member('user-bob', 'bob@example.com')

const setup = (told: Partial<Destination>) => {
  const destination: Destination = {
    checkAccess: async () => undefined,
    prepareAudience: async () => ({ id: 'list-1' }),
    addMembers: async () => [],
    removeMembers: async () => [],
    ...told,
  }
  const connector: Connector = {
    id: 'fake',
    name: 'Fake',
    capabilities: { identifiesBy: ['email'], membersPerCall: 100, createsPeople: true },
    settings: z.object({ token: secret(z.string()), region: z.string() }),
    connect: () => destination,
  }
  return discreetDestination(destination, connector, settings)
}

const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

test('takes secrets, people and the name of the cohort out of the message of a failed call, and nothing else', async () => {
  const message = 'europe-west: no ann@example.com, "Ann Smith", user-bob, Trial users with abcdefgh1234'
  const fails = async () => {
    throw new DestinationError('throttled', message, { status: 429, retryAfterSeconds: 7, cause: message })
  }
  const destination = setup({ addMembers: fails, removeMembers: fails })
  for (const work of [
    destination.addMembers(audience, [ann, bob], call),
    destination.removeMembers(audience, [ann, bob], call),
  ])
    expect(await errorOf(work)).toMatchObject({
      name: 'DestinationError',
      kind: 'throttled',
      status: 429,
      retryAfterSeconds: 7,
      cause: undefined,
      message: 'europe-west: no [concealed], "[concealed]", [concealed], [concealed] with [concealed]',
    })
})

test('takes secrets out of the message of a check and of a preparation', async () => {
  const fails = async () => {
    throw new DestinationError('unauthorized', `no ${settings.token}`)
  }
  const destination = setup({ checkAccess: fails, prepareAudience: fails })
  for (const work of [destination.checkAccess(call), destination.prepareAudience(cohort, call)])
    expect(await errorOf(work)).toMatchObject({ kind: 'unauthorized', message: 'no [concealed]' })
})

test('leaves an error as it is that repeats nothing, and one that is none of a destination', async () => {
  for (const error of [new DestinationError('rejected', 'no'), new TypeError(settings.token)])
    expect(await errorOf(setup({ checkAccess: () => Promise.reject(error) }).checkAccess(call))).toBe(error)
})

test('takes out of a reason what the partner repeats of its member', async () => {
  const destination = setup({
    addMembers: async () => [
      { memberId: 'user-ann', outcome: 'refused', reason: 'ann@example.com: blocked by abcdefgh1234' },
      { memberId: 'user-bob', outcome: 'applied' },
      { memberId: 'nobody', outcome: 'retry', reason: 'unknown' },
    ],
  })
  expect(await destination.addMembers(audience, [ann, bob], call)).toEqual([
    { memberId: 'user-ann', outcome: 'refused', reason: '[concealed]: blocked by [concealed]' },
    { memberId: 'user-bob', outcome: 'applied' },
    { memberId: 'nobody', outcome: 'retry', reason: 'unknown' },
  ])
})

test.each([[undefined], [[null, 7, { reason: 7 }]]])(
  'leaves results that make no sense to the core: %j',
  async (odd) => {
    const destination = setup({ addMembers: async () => odd as unknown as MemberResult[] })
    expect(await destination.addMembers(audience, [ann], call)).toEqual(odd)
  },
)

test('keeps the limit of members of one call', () => {
  expect(setup({ membersPerCall: 7 }).membersPerCall).toBe(7)
  expect(setup({}).membersPerCall).toBeUndefined()
})
