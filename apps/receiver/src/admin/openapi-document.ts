import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi'
import { z } from 'zod'
import { webhookPath } from '../partner-packet/public-address.ts'
import { webhookOperation } from '../partner-packet/webhook-operation.ts'
import { problemCatalogue, type ProblemCode } from './problem-catalogue.ts'
import type { DescribedAnswer, Route } from './route.ts'

const base = '/api'

/** The OpenAPI 3.1 document of everything that the receiver serves, made from the schemas that check the calls. */
export const openapiDocument = (routes: readonly Route[]): object =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Cohort Relay',
      version: '1.0.0',
      description:
        'The admin API, below /api, and the webhook that Mixpanel calls. Errors of the admin API are problem details (RFC 9457) with a stable code; [the list of errors](/docs/errors) has their remedies. Lists that have `next` are read on by handing it over as `after`. Every change is written to the audit log before it is made.',
    },
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag)), 'Webhook'].map((name) => ({ name })),
    paths: {
      ...pathsOf(routes),
      [webhookPath]: {
        post: {
          ...webhookOperation('the partner'),
          tags: ['Webhook'],
          security: [{ apiKey: [] }, { basic: [] }],
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or a named token.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: "The customer's API key." },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: "Any user name; the customer's API key is the password.",
        },
      },
    },
  })

type Paths = Record<string, Record<string, ZodOpenApiOperationObject>>

const pathsOf = (routes: readonly Route[]): Paths => {
  const paths: Paths = {}
  for (const route of routes) (paths[`${base}${route.path}`] ??= {})[route.method] = operationOf(route)
  return paths
}

const operationOf = (route: Route): ZodOpenApiOperationObject => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.summary,
  description: `${route.description ?? route.summary + '.'} Needs the role ${route.role}.`,
  ...parametersOf(route),
  ...bodyOf(route),
  responses: responsesOf(route),
})

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const parametersOf = ({ path, query }: Route): Pick<ZodOpenApiOperationObject, 'requestParams'> => {
  const named = namesIn(path).map((name) => [name, z.string()] as const)
  return {
    requestParams: {
      ...(named.length > 0 && { path: z.object(Object.fromEntries(named)) }),
      ...(query !== undefined && { query }),
    },
  }
}

const bodyOf = ({ body, example }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> =>
  body === undefined
    ? {}
    : { requestBody: { content: { 'application/json': { schema: body, ...(example && { example }) } } } }

const responsesOf = (route: Route): ZodOpenApiResponsesObject => {
  const successes = route.answers.map((answer) => [answer.status, successOf(answer)])
  const byStatus = Object.entries(Object.groupBy(problemsOf(route), (code) => problemCatalogue[code].status))
  const failures = byStatus.map(([status, codes]) => [status, failureOf(codes ?? [])])
  return Object.fromEntries([...successes, ...failures])
}

const successOf = ({ description, schema }: DescribedAnswer) => ({
  description,
  ...(schema !== undefined && { content: { 'application/json': { schema } } }),
})

const problem = z
  .object({
    type: z.string().meta({ description: 'Where the error is described.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable: programs may rely on it.' }),
    detail: z.string().meta({ description: 'What is wrong in this case and what to do.' }),
    problems: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    plan: z.string().optional().meta({ description: 'The plan that waits for approval instead.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' })

const failureOf = (codes: readonly ProblemCode[]) => ({
  description: codes.map((code) => `${code}: ${problemCatalogue[code].title}.`).join(' '),
  content: {
    'application/problem+json': {
      schema: problem,
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
    },
  },
})

const exampleOf = (code: ProblemCode) => {
  const { status, title, remedy } = problemCatalogue[code]
  return { type: `/docs/errors#${code}`, title, status, code, detail: `${title}. ${remedy}` }
}

/** All that a route may answer, those that every one may included. */
const problemsOf = ({ path, role, method, problems }: Route): readonly ProblemCode[] => {
  const always: ProblemCode[] = ['malformed-request', 'invalid-request', 'unauthorized', 'admin-api-off']
  const some: (ProblemCode | false)[] = [
    role !== 'viewer' && 'forbidden',
    path.includes('{') && 'not-found',
    method !== 'get' && 'not-json',
    method !== 'get' && 'too-large',
  ]
  const last: ProblemCode[] = ['too-many-requests', 'internal', 'store-unavailable']
  return [...new Set([...always, ...some.filter((code) => code !== false), ...problems, ...last])]
}
