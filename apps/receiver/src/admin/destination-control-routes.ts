import type { StoredDestination } from '@cohort-relay/core'
import { z } from 'zod'
import {
  askPartner,
  configurationOf,
  destinationAnswer,
  destinationPath,
  findDestinationOf,
  type DestinationBody,
  type DestinationRoutesParts,
} from './destination-answer.ts'
import { missingConnector } from './destination-checks.ts'
import { destination, identityResult, identityTest } from './destination-schemas.ts'
import { notFound } from './problem.ts'
import { route, type Call, type Handled, type Route } from './route.ts'
import { testIdentity } from './test-identity.ts'

/** What is done with a destination that is there. */
export const destinationControlRoutes = (parts: DestinationRoutesParts): Route[] => [
  pauseDestination(parts),
  resumeDestination(parts),
  checkDestination(parts),
  deleteDestination(parts),
  testDestinationIdentity(parts),
]

const pauseDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.pause',
    method: 'post',
    path: `${destinationPath}/pause`,
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
    path: `${destinationPath}/resume`,
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
    path: `${destinationPath}/check`,
    tag: 'Destinations',
    summary: 'Ask the partner whether it accepts the settings',
    description:
      'Changes nothing at the partner. A destination that waits for its credentials is tried at once when they are accepted.',
    role: 'operator',
    answers: [{ status: 200, description: 'They are accepted.', schema: destination }],
    problems: ['deleting', 'access-refused', 'partner-unavailable'],
    handle: async (call) => {
      const found = await findDestinationOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      if (found.drainingSince !== null) return { problem: { code: 'deleting' } }
      const { connector, settings } = configurationOf(parts, found)
      if (connector === undefined) return { problem: missingConnector(found) }
      const problem = await askPartner(parts, { connector, settings, id: found.id, now: call.now })
      if (problem !== undefined) return { problem }
      if (found.unauthorizedSince === null || found.pausedSince !== null)
        return destinationAnswer(parts, found)
      await parts.destinations.resumeDestination(found.accountId, found.id, call.now)
      parts.onWork()
      return destinationAnswer(parts, await parts.destinations.findDestination(found.id))
    },
  })

const deleteDestination = (parts: DestinationRoutesParts): Route =>
  route({
    id: 'destinations.delete',
    method: 'delete',
    path: destinationPath,
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
    path: `${destinationPath}/test-identity`,
    tag: 'Destinations',
    summary: 'See who a member would be at a destination',
    description: 'Shows which property matched and what would be sent. Nothing is kept and nobody is called.',
    role: 'viewer',
    body: identityTest,
    example: { member: { mixpanel_distinct_id: 'ann-1', email: ' Ann@Example.com ', plan: 'pro' } },
    answers: [{ status: 200, description: 'What would be sent.', schema: identityResult }],
    problems: [],
    handle: async (call) => {
      const found = await findDestinationOf(parts, call)
      if (found === undefined) return { problem: notFound('destination') }
      return testIdentity(found, call.body.member)
    },
  })

type Act = (found: StoredDestination) => Promise<boolean>

const steer = async (
  parts: DestinationRoutesParts,
  call: Call,
  act: Act,
): Promise<Handled<DestinationBody>> => {
  const found = await findDestinationOf(parts, call)
  if (found === undefined || !(await act(found))) return { problem: notFound('destination') }
  if (found.drainingSince !== null) return { problem: { code: 'deleting' } }
  parts.onWork()
  return destinationAnswer(parts, await parts.destinations.findDestination(found.id))
}
