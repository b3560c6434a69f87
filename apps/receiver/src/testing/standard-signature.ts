import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * The signature that Standard Webhooks demands for a body. Written out after standardwebhooks.com, so that a fault of the
 * library that signs cannot hide.
 */
export const standardSignature = (signingKey: Buffer, headers: IncomingHttpHeaders, body: string): string => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  return `v1,${createHmac('sha256', signingKey).update(signed).digest('base64')}`
}
