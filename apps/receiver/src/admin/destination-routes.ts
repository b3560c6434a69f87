import type { Connector, Destination } from '@cohort-relay/connector-kit'
import type { AccountStore, DestinationStore, StoredDestination } from '@cohort-relay/core'
import { z } from 'zod'
import { destinationState } from '../destination-state.ts'
import type { SettingsRow } from '../encrypt-settings.ts'
import { changeDestination } from './change-destination.ts'
import { checkAccess } from './destination-checks.ts'
import {
  destination,
  identity,
  identityResult,
  identityTest,
  needsFullSync,
  properties,
  settingsObject,
} from './destination-schemas.ts'
import { maskSettings } from './masked-settings.ts'
import { checkNewDestination } from './new-destination.ts'
import { invalid, notFound, type Problem } from './problem.ts'
import { route, type Call, type Handled, type Route } from './route.ts'
import { testIdentity } from './test-identity.ts'

export interface DestinationRoutesParts {
  readonly accounts: Pick<AccountStore, 'findAccount'>
  readonly destinations: DestinationStore
  readonly connectors: readonly Connector[]
  readonly sealSettings: (settings: unknown, row: SettingsRow) => string
  /** Throws when they cannot be read. */
  readonly openSettings: (sealed: string, row: SettingsRow) => unknown
  /** A configured connector; `settings` are as its schema returned them. */
  readonly connect: (connector: Connector, settings: unknown, destinationId: string) => Destination
  /** Deadline of a check of access. */
  readonly checkSeconds: number
  /** Called when something may have to be delivered. */
  readonly onWork: () => void
}

const one = '/accounts/{accountId}/destinations/{destinationId}'
const verifyQuery = z.strictObject({
  verify: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'false: the partner is not asked whether it accepts the settings.' }),
})

/** Connectors configured for an account. */
export const destinationRoutes = (parts: DestinationRoutesParts): Route[] => [
  createDestination(parts),
  listDestinations(parts),
  readDestination(parts),
  updateDestination(parts),
  pauseDestination(parts),
  resumeDestination(parts),
  checkDestination(parts),
  deleteDestination(parts),
  testDestinationIdentity(parts),
]

const createDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.create',
    method: 'post',
    path: '/accounts/{accountId}/destinations',
    tag: 'Destinations',
    summary: 'Configure a connector for an account',
    description:
      'Every cohort of the account goes there, those that exist and those to come. The partner is asked first whether it accepts the settings. Settings are stored encrypted.',
    role: 'admin',
    query: verifyQuery,
    body: z.strictObject({
      connector: z.string(),
      settings: settingsObject,
      identity,
      properties: properties.optional(),
    }),
    example: {
      connector: 'webhook',
      settings: { url: 'https://partner.example/cohorts', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    },
    answers: [
      { status: 201, description: 'The destination.', schema: destination.extend({ needsFullSync }) },
    ],
    problems: ['deleting', 'access-refused', 'partner-unavailable'],
    audited: ['connector', 'properties'],
    creates: 'destinationId',
    handle: async (call) => {
      const { account, body, query, now, newId: id } = call
      if (account.deletingSince !== null) return { problem: { code: 'deleting' } }
      const checked = await checkNewDestination(body, parts.connectors)
      if ('problems' in checked) return { problem: invalid(checked.problems) }
      const { connector, settings } = checked
      const problem = query.verify === 'true' ? await ask(parts, { connector, settings, id, now }) : undefined
      if (problem !== undefined) return { problem }
      const row = { accountId: account.id, destinationId: id }
      const { needsFullSync: needs } = await parts.destinations.createDestination({
        id,
        accountId: account.id,
        connector: connector.id,
        identity: checked.identity,
        properties: checked.properties,
        createdAt: now,
        sealedSettings: parts.sealSettings(settings, row),
      })
      parts.onWork()
      return answerOf(parts, await parts.destinations.findDestination(id), { needsFullSync: needs })
    },
  })

const listDestinations = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.list',
    method: 'get',
    path: '/accounts/{accountId}/destinations',
    tag: 'Destinations',
    summary: 'List the destinations of an account',
    description: 'The oldest first, with secrets masked.',
    role: 'viewer',
    answers: [
      {
        status: 200,
        description: 'The destinations.',
        schema: z.object({ destinations: z.array(destination) }),
      },
    ],
    problems: [],
    handle: async ({ account }) => {
      const found = await parts.destinations.listDestinations(account.id)
      return { body: { destinations: found.map((stored) => summary(parts, stored)) } }
    },
  })

const readDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.read',
    method: 'get',
    path: one,
    tag: 'Destinations',
    summary: 'Read a destination',
    description: 'Secrets are masked.',
    role: 'viewer',
    answers: [{ status: 200, description: 'The destination.', schema: destination }],
    problems: [],
    handle: async (call) => answerOf(parts, await findOf(parts, call)),
  })

const updateDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.update',
    method: 'patch',
    path: one,
    tag: 'Destinations',
    summary: 'Change settings, identity or properties of a destination',
    description:
      'Changes what is named and leaves the rest; of the settings too, where null takes an optional one away and a mask leaves a secret. Another identity: members are taken back as they were told and told anew. Settings that lead elsewhere: everybody is told there; the former place is left as it is. With If-Match only if nobody changed it since it was read.',
    role: 'admin',
    query: verifyQuery,
    body: z
      .strictObject({
        settings: settingsObject.optional(),
        identity: identity.unwrap().optional(),
        properties: properties.optional(),
      })
      .refine((body) => Object.values(body).some((value) => value !== undefined), {
        path: ['settings'],
        error: 'is missing, and so are identity and properties: give at least one of them',
      }),
    example: { identity: [{ property: '$email', kind: 'email' }] },
    answers: [{ status: 200, description: 'The destination as it is now.', schema: destination }],
    problems: ['changed-meanwhile', 'deleting', 'access-refused', 'partner-unavailable'],
    audited: ['properties'],
    handle: async (call) => {
      const found = await findOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      const problem = await changeDestination(parts, found, {
        ...call,
        verify: (connector, settings) =>
          call.query.verify === 'true'
            ? ask(parts, { connector, settings, id: found.id, now: call.now })
            : Promise.resolve(undefined),
      })
      if (problem !== undefined) return { problem }
      parts.onWork()
      return answerOf(parts, await parts.destinations.findDestination(found.id))
    },
  })

const pauseDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.pause',
    method: 'post',
    path: `${one}/pause`,
    tag: 'Destinations',
    summary: 'Pause a destination',
    description: 'It is not called until it is resumed; what is owed to it waits. Safe to repeat.',
    role: 'operator',
    answers: [{ status: 200, description: 'The destination as it is now.', schema: destination }],
    problems: ['deleting'],
    handle: (call) =>
      steer(parts, call, ({ accountId, id }) => parts.destinations.pauseDestination(accountId, id, call.now)),
  })

const resumeDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.resume',
    method: 'post',
    path: `${one}/resume`,
    tag: 'Destinations',
    summary: 'Resume a destination',
    description:
      'What waited is delivered. Also tries one at once that waits because its partner asked for that or refused the credentials. Safe to repeat.',
    role: 'operator',
    answers: [{ status: 200, description: 'The destination as it is now.', schema: destination }],
    problems: ['deleting'],
    handle: (call) =>
      steer(parts, call, ({ accountId, id }) =>
        parts.destinations.resumeDestination(accountId, id, call.now),
      ),
  })

const checkDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.check',
    method: 'post',
    path: `${one}/check`,
    tag: 'Destinations',
    summary: 'Ask the partner whether it accepts the settings',
    description:
      'Changes nothing at the partner. A destination that waits for its credentials is tried at once when they are accepted.',
    role: 'operator',
    answers: [{ status: 200, description: 'They are accepted.', schema: destination }],
    problems: ['deleting', 'access-refused', 'partner-unavailable'],
    handle: async (call) => {
      const found = await findOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      if (found.drainingSince !== null) return { problem: { code: 'deleting' } }
      const { connector, settings } = configured(parts, found)
      if (connector === undefined) return { problem: missingConnector(found) }
      const problem = await ask(parts, { connector, settings, id: found.id, now: call.now })
      if (problem !== undefined) return { problem }
      if (found.unauthorizedSince === null || found.pausedSince !== null) return answerOf(parts, found)
      await parts.destinations.resumeDestination(found.accountId, found.id, call.now)
      parts.onWork()
      return answerOf(parts, await parts.destinations.findDestination(found.id))
    },
  })

const deleteDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.delete',
    method: 'delete',
    path: one,
    tag: 'Destinations',
    summary: 'Delete a destination',
    description:
      'Its members are removed at the partner first, in the background; then it is not found any more. With drain=false it is not called any more, and members stay there as they are. Safe to repeat, also with drain=false while it drains.',
    role: 'admin',
    query: z.strictObject({ drain: z.enum(['true', 'false']).default('true') }),
    answers: [{ status: 202, description: 'It is being deleted.' }],
    problems: [],
    handle: async (call) => {
      const { account, params, query, now } = call
      const deletion = { at: now, drain: query.drain === 'true' }
      const known = await parts.destinations.deleteDestination(account.id, params['destinationId']!, deletion)
      if (!known) return { problem: notFound('destination') }
      parts.onWork()
      return {}
    },
  })

const testDestinationIdentity = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.testIdentity',
    method: 'post',
    path: `${one}/test-identity`,
    tag: 'Destinations',
    summary: 'See who a member would be at a destination',
    description: 'Shows which property matched and what would be sent. Nothing is kept and nobody is called.',
    role: 'viewer',
    body: identityTest,
    example: { member: { mixpanel_distinct_id: 'ann-1', email: ' Ann@Example.com ', plan: 'pro' } },
    answers: [{ status: 200, description: 'What would be sent.', schema: identityResult }],
    problems: [],
    handle: async (call) => {
      const found = await findOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      return testIdentity(found, call.body.member)
    },
  })

/** Another account's destination is one that does not exist. */
const findOf = async (
  { destinations }: DestinationRoutesParts,
  { account, params }: Call,
): Promise<StoredDestination | undefined> => {
  const found = await destinations.findDestination(params['destinationId']!)
  return found?.accountId === account.id ? found : undefined
}

type Act = (found: StoredDestination) => Promise<boolean>

const steer = async (
  parts: DestinationRoutesParts,
  call: Call,
  act: Act,
): Promise<Handled<z.input<typeof destination>>> => {
  const found = await findOf(parts, call)
  if (found === undefined || !(await act(found))) return { problem: notFound('destination') }
  if (found.drainingSince !== null) return { problem: { code: 'deleting' } }
  parts.onWork()
  return answerOf(parts, await parts.destinations.findDestination(found.id))
}

interface Asked {
  readonly connector: Connector
  readonly settings: unknown
  readonly id: string
  readonly now: Date
}

const ask = (
  { connect, checkSeconds }: DestinationRoutesParts,
  { connector, settings, id, now }: Asked,
): Promise<Problem | undefined> =>
  checkAccess({
    connector,
    destination: connect(connector, settings, id),
    checkId: id,
    now,
    seconds: checkSeconds,
  })

const configured = ({ connectors, openSettings }: DestinationRoutesParts, stored: StoredDestination) => {
  const { id: destinationId, accountId, sealedSettings } = stored
  return {
    connector: connectors.find(({ id }) => id === stored.connector),
    settings: openSettings(sealedSettings, { accountId, destinationId }) as Readonly<Record<string, unknown>>,
  }
}

const missingConnector = ({ connector }: StoredDestination): Problem => ({
  code: 'access-refused',
  detail: `There is no connector ${connector} in this program.`,
})

type DestinationBody = z.input<typeof destination>

const answerOf = <More extends object>(
  parts: DestinationRoutesParts,
  stored: StoredDestination | undefined,
  more?: More,
): Handled<DestinationBody & More> =>
  stored === undefined
    ? { problem: notFound('destination') }
    : { body: { ...summary(parts, stored), ...more } as DestinationBody & More, version: stored.version }

/** Named one by one, so that a store that returns more shows no secret. */
const summary = (parts: DestinationRoutesParts, stored: StoredDestination): DestinationBody => {
  const { connector, settings } = configured(parts, stored)
  return {
    id: stored.id,
    connector: stored.connector,
    createdAt: stored.createdAt,
    version: stored.version,
    settings: connector === undefined ? {} : maskSettings(connector, settings),
    identity: [...stored.identity],
    properties: stored.properties === 'all' ? 'all' : [...stored.properties],
    state: destinationState(stored),
    unauthorizedSince: stored.unauthorizedSince,
    pausedSince: stored.pausedSince,
    drainingSince: stored.drainingSince,
  }
}
