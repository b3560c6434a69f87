import { failureFromResponse, type Call, type HttpResponse, type Tools } from '@cohort-relay/connector-kit'
import { Webhook } from 'standardwebhooks'
import type { WebhookSettings } from './settings.ts'

export type EventType = 'cohort.members.added' | 'cohort.members.removed' | 'cohort.relay.ping'

export interface WebhookApi {
  /** Resolves with a 2xx answer, throws a `DestinationError` for any other. */
  send(type: EventType, data: object, call: Call): Promise<HttpResponse>
}

export const createWebhookApi = (
  settings: Pick<WebhookSettings, 'url' | 'secret' | 'headers'>,
  tools: Tools,
): WebhookApi => {
  const signer = new Webhook(settings.secret)

  const sign = (id: string, body: string) => {
    const sentAt = tools.now()
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': signer.sign(id, sentAt, body),
    }
  }

  return {
    async send(type, data, call) {
      const body = JSON.stringify({ type, timestamp: call.occurredAt.toISOString(), data })
      const signature = sign(call.idempotencyKey, body)
      const response = await tools.http.request({
        method: 'POST',
        url: settings.url,
        headers: { ...settings.headers, 'content-type': 'application/json', ...signature },
        body,
        signal: call.signal,
        repeatable: true,
      })
      const failure = failureFromResponse(response, tools)
      if (failure) throw failure
      return response
    },
  }
}
