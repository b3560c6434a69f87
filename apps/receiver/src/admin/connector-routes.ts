import type { Connector } from '@cohort-relay/connector-kit'
import { z } from 'zod'
import { notFound } from './problem.ts'
import { route, type Route } from './route.ts'

export const connector = z
  .object({
    id: z.string(),
    name: z.string().meta({ description: "The product's own name." }),
    documentation: z.string().meta({ description: 'Where it is described, within the repository.' }),
    identityKinds: z
      .array(z.enum(['email', 'phone', 'id']))
      .meta({ description: 'What the product can look a person up by, best first.' }),
    capabilities: z.object({
      membersPerCall: z.int(),
      createsPeople: z.boolean(),
      properties: z.enum(['all', 'none']),
    }),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema of the settings. Secret fields are `writeOnly`.' }),
  })
  .meta({ id: 'Connector', description: 'A partner product that may be a destination.' })

/** Partner products. */
export const connectorRoutes = (connectors: readonly Connector[]): Route[] => [
  route({
    id: 'connectors.list',
    method: 'get',
    path: '/connectors',
    tag: 'Connectors',
    summary: 'List the connectors, with the settings that each needs',
    role: 'viewer',
    answers: [
      { status: 200, description: 'The connectors.', schema: z.object({ connectors: z.array(connector) }) },
    ],
    problems: [],
    handle: async () => ({ body: { connectors: connectors.map(describe) } }),
  }),
  route({
    id: 'connectors.read',
    method: 'get',
    path: '/connectors/{connectorId}',
    tag: 'Connectors',
    summary: 'Read one connector',
    role: 'viewer',
    answers: [{ status: 200, description: 'The connector.', schema: connector }],
    problems: [],
    handle: async ({ params }) => {
      const found = connectors.find(({ id }) => id === params['connectorId'])
      return found === undefined ? { problem: notFound('connector') } : { body: describe(found) }
    },
  }),
]

const describe = ({ id, name, capabilities, settings }: Connector): z.input<typeof connector> => {
  const { identifiesBy, membersPerCall, createsPeople, properties = 'none' } = capabilities
  return {
    id,
    name,
    documentation: `libs/connectors/${id}/README.md`,
    identityKinds: [...identifiesBy],
    capabilities: { membersPerCall, createsPeople, properties },
    settings: z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }),
  }
}
