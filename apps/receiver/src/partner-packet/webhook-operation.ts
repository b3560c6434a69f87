import type {
  ZodOpenApiOperationObject,
  ZodOpenApiResponseObject,
  ZodOpenApiResponsesObject,
} from 'zod-openapi'
import { textOf } from '../mixpanel-answer.ts'
import { conditionsOf, statusMeanings } from '../render-replies.ts'
import { replies, type Condition, type Reply } from '../replies.ts'
import type { Sample } from './make-samples.ts'
import { failureBody, pageBody, successBody } from './webhook-schemas.ts'

/** The webhook as OpenAPI describes it; `name` is the product that some texts name. */
export const webhookOperation = (
  name: string,
  samples: readonly Sample[] = [],
): ZodOpenApiOperationObject => ({
  operationId: 'receivePage',
  summary: 'Take one page of a cohort sync',
  requestBody: {
    required: true,
    content: { 'application/json': { schema: pageBody, examples: requestExamples(samples) } },
  },
  responses: responses(name),
})

const requestExamples = (samples: readonly Sample[]) =>
  Object.fromEntries(
    samples
      .filter(({ answer }) => answer.status === 200)
      .map(({ name, title, request }) => [name, { summary: title, value: request.body }]),
  )

const responses = (name: string): ZodOpenApiResponsesObject =>
  Object.fromEntries(statusMeanings.map(([status, meaning]) => [status, response(status, meaning, name)]))

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
