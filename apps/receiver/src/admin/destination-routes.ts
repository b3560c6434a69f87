import { z } from 'zod'
import { changeDestination } from './change-destination.ts'
import {
  askPartner,
  destinationAnswer,
  destinationPath,
  destinationSummary,
  findDestinationOf,
  type DestinationRoutesParts,
} from './destination-answer.ts'
import { destination, identity, needsFullSync, properties, settingsObject } from './destination-schemas.ts'
import { checkNewDestination, knownConnector, settingNames } from './new-destination.ts'
import { invalid, notFound } from './problem.ts'
import { route, type Route } from './route.ts'

const verifyQuery = z.strictObject({
  verify: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'false: the partner is not asked whether it accepts the settings.' }),
})

/** How connectors are configured for an account. */
export const destinationRoutes = (parts: DestinationRoutesParts): Route[] => [
  createDestination(parts),
  listDestinations(parts),
  readDestination(parts),
  updateDestination(parts),
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
      connector: knownConnector(parts.connectors),
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
    named: settingNames(parts.connectors),
    creates: 'destinationId',
    handle: async (call) => {
      const { account, body, query, now, newId: id } = call
      if (account.deletingSince !== null) return { problem: { code: 'deleting' } }
      const checked = await checkNewDestination(body, parts.connectors)
      if ('problems' in checked) return { problem: invalid(checked.problems) }
      const { connector, settings, ...view } = checked
      const problem =
        query.verify === 'true' ? await askPartner(parts, { connector, settings, id, now }) : undefined
      if (problem !== undefined) return { problem }
      const row = { accountId: account.id, destinationId: id }
      const { needsFullSync: needs } = await parts.destinations.createDestination({
        id,
        accountId: account.id,
        connector: connector.id,
        ...view,
        createdAt: now,
        sealedSettings: parts.sealSettings(settings, row),
      })
      parts.onWork()
      return destinationAnswer(parts, await parts.destinations.findDestination(id), { needsFullSync: needs })
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
      return { body: { destinations: found.map((stored) => destinationSummary(parts, stored)) } }
    },
  })

const readDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.read',
    method: 'get',
    path: destinationPath,
    tag: 'Destinations',
    summary: 'Read a destination',
    description: 'Secrets are masked.',
    role: 'viewer',
    answers: [{ status: 200, description: 'The destination.', schema: destination }],
    problems: [],
    handle: async (call) => destinationAnswer(parts, await findDestinationOf(parts, call)),
  })

const updateDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.update',
    method: 'patch',
    path: destinationPath,
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
    named: settingNames(parts.connectors),
    handle: async (call) => {
      const found = await findDestinationOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      const problem = await changeDestination(parts, found, {
        ...call,
        verify: (connector, settings) =>
          call.query.verify === 'true'
            ? askPartner(parts, { connector, settings, id: found.id, now: call.now })
            : Promise.resolve(undefined),
      })
      if (problem !== undefined) return { problem }
      parts.onWork()
      return destinationAnswer(parts, await parts.destinations.findDestination(found.id))
    },
  })
