import { createDocument, type ZodOpenApiResponseObject, type ZodOpenApiResponsesObject } from 'zod-openapi'
import { textOf } from '../mixpanel-answer.ts'
import { conditionsOf, statusMeanings } from '../render-replies.ts'
import { replies, type Condition, type Reply } from '../replies.ts'
import type { Sample } from './make-samples.ts'
import type { Partner } from './partner-schema.ts'
import { webhookPath } from './public-address.ts'
import { failureBody, pageBody, successBody } from './webhook-schemas.ts'

/** The OpenAPI 3.1 document of the webhook. */
export const renderOpenapi = (partner: Partner, samples: readonly Sample[]): object =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: `${partner.company.name}: Mixpanel cohort sync`,
      version: '1.0.0',
      description: 'The webhook that takes the pages of Mixpanel cohort syncs.',
    },
    servers: [{ url: partner.webhook.url.slice(0, -webhookPath.length) }],
    security: [{ apiKey: [] }, { basic: [] }],
    paths: {
      [webhookPath]: {
        post: {
          operationId: 'receivePage',
          summary: 'Take one page of a cohort sync',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: pageBody, examples: requestExamples(samples) } },
          },
          responses: responses(partner),
        },
      },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: "The customer's API key." },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: "Any user name; the customer's API key is the password.",
        },
      },
    },
  })

const requestExamples = (samples: readonly Sample[]) =>
  Object.fromEntries(
    samples
      .filter(({ answer }) => answer.status === 200)
      .map(({ name, title, request }) => [name, { summary: title, value: request.body }]),
  )

const responses = (partner: Partner): ZodOpenApiResponsesObject =>
  Object.fromEntries(
    statusMeanings.map(([status, meaning]) => [status, response(status, meaning, partner.company.name)]),
  )

const response = (status: Reply['status'], description: string, name: string): ZodOpenApiResponseObject => {
  const examples = conditionsOf(status).map((condition) => [condition, example(condition, name)])
  const schema = status === 200 ? successBody : failureBody
  return {
    description,
    content: { 'application/json': { schema, examples: Object.fromEntries(examples) } },
    ...(status >= 429 && { headers: { 'Retry-After': retryAfter } }),
  }
}

const retryAfter = {
  description: 'Seconds.',
  required: true,
  schema: { type: 'integer' as const, minimum: 1 },
}

const example = (condition: Condition, name: string) => {
  const { status } = replies[condition]
  if (status === 200) return { value: { action: 'members', status: 'success' } }
  const error = { message: textOf(replies[condition], name), code: status }
  return { value: { action: null, status: 'failure', error } }
}
