import { createDocument } from 'zod-openapi'
import type { Sample } from './make-samples.ts'
import type { Partner } from './partner-schema.ts'
import { webhookPath } from './public-address.ts'
import { webhookOperation } from './webhook-operation.ts'

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
        post: webhookOperation(partner.company.name, samples),
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
