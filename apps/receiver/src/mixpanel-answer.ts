import type { ServerResponse } from 'node:http'

/** One answer of the webhook. */
export interface Reply {
  readonly status: 200 | 400 | 401 | 403 | 404 | 429 | 503
  /** What the text is about, word for word in the text. Every 400 has one. */
  readonly field?: string
  /** Mixpanel shows it to the person who set up the sync. At most 200 characters. */
  readonly text: string
  /** For the person who operates this service. */
  readonly remedy: string
  /** What Mixpanel does then: docs.mixpanel.com/docs/cohort-sync/webhooks (2026-11). */
  readonly mixpanel: 'goes on' | 'pauses' | 'retries'
}

const accepted = { status: 200, mixpanel: 'goes on' } as const
const refused = { status: 400, mixpanel: 'pauses' } as const
const wrongKey = { status: 401, mixpanel: 'pauses' } as const
const wrongAddress = { status: 404, mixpanel: 'pauses' } as const
const later = { status: 503, mixpanel: 'retries' } as const

/**
 * Every answer that the webhook can give. 400, 401, 403 and 404 pause the customer's sync until a person resumes it,
 * so a fault of ours is never one of them. What Mixpanel does with other statuses is not documented: they never leave.
 */
export const replies = {
  success: { ...accepted, text: 'Stored.', remedy: 'Nothing to do.' },
  'unknown-key': {
    ...wrongKey,
    text: 'The API key is missing or not valid. Enter the API key of your account in this Mixpanel connection, then resume the sync.',
    remedy:
      'Check that the customer uses a key of this installation that is not revoked; make a new key if in doubt.',
  },
  'too-large': {
    ...refused,
    field: 'body',
    text: 'The request body is too large to accept. Export fewer properties with this cohort, or ask support to raise the limit.',
    remedy: 'Raise MAX_BODY_BYTES if the customer needs pages of this size.',
  },
  'wrong-content-type': {
    ...refused,
    field: 'Content-Type',
    text: 'The Content-Type of the request must be application/json in UTF-8. Check that the request comes from Mixpanel.',
    remedy: 'Look for a proxy that changes the Content-Type header.',
  },
  'unknown-encoding': {
    ...refused,
    field: 'Content-Encoding',
    text: 'The Content-Encoding of the request is not supported: use gzip, deflate, br or none.',
    remedy: 'Look for a proxy that compresses requests.',
  },
  unreadable: {
    ...refused,
    field: 'body',
    text: 'The request body arrived damaged: it is not compressed the way its Content-Encoding says. Please resume the sync.',
    remedy: 'Look for a proxy that changes bodies or the Content-Encoding header.',
  },
  'not-utf8': {
    ...refused,
    field: 'body',
    text: 'The request body is not valid UTF-8 text. Check that the request comes from Mixpanel.',
    remedy: 'Look for a proxy that re-encodes bodies.',
  },
  'not-json': {
    ...refused,
    field: 'body',
    text: 'The request body is not valid JSON. Check that the request comes from Mixpanel.',
    remedy: 'Look for a proxy that cuts or changes bodies.',
  },
  'not-an-object': {
    ...refused,
    field: 'body',
    text: 'The request body must be one JSON object. Check that the request comes from Mixpanel.',
    remedy: 'Find out what else sends to this address.',
  },
  'too-deep': {
    ...refused,
    field: 'body',
    text: 'The request body is nested too deeply. Leave deeply nested properties out of Properties to Export, then resume the sync.',
    remedy: 'Ask the customer which properties are exported.',
  },
  'action-missing': {
    ...refused,
    field: 'action',
    text: 'The field "action" is missing from the request. Check that the request comes from a Mixpanel cohort sync.',
    remedy: 'Find out what else sends to this address.',
  },
  'action-unknown': {
    ...refused,
    field: 'action',
    text: 'The field "action" must be members, add_members or remove_members.',
    remedy: 'Check whether Mixpanel documents a new action.',
  },
  'cohort-id-missing': {
    ...refused,
    field: 'mixpanel_cohort_id',
    text: 'The field "mixpanel_cohort_id" is missing from the request. Check that the request comes from a Mixpanel cohort sync.',
    remedy: 'Find out what else sends to this address.',
  },
  'cohort-id-unusable': {
    ...refused,
    field: 'mixpanel_cohort_id',
    text: 'The field "mixpanel_cohort_id" cannot be used: it must be a short text or a whole number.',
    remedy: 'Find out what else sends to this address.',
  },
  'project-id-unusable': {
    ...refused,
    field: 'mixpanel_project_id',
    text: 'The field "mixpanel_project_id" cannot be used: it must be a short text or a whole number.',
    remedy: 'Find out what else sends to this address.',
  },
  'members-missing': {
    ...refused,
    field: 'members',
    text: 'The field "members" is missing from the request. An empty list is fine, a missing one is not.',
    remedy: 'Find out what else sends to this address.',
  },
  'not-a-post': {
    ...wrongAddress,
    text: 'This address only takes the POST requests of a Mixpanel cohort sync. There is nothing to see here in a browser.',
    remedy: 'Use GET /healthz to see whether the service is up.',
  },
  'unknown-address': {
    ...wrongAddress,
    text: 'This webhook address does not exist. Compare it with the address you were given, then connect again.',
    remedy: 'Give the customer the address that ends in /webhooks/mixpanel.',
  },
  'malformed-request': {
    ...refused,
    field: 'request',
    text: 'The request is not valid HTTP. Check that it comes from Mixpanel and that the address is right.',
    remedy: 'Look for a proxy that changes headers or addresses.',
  },
  'too-slow': {
    ...later,
    text: 'The request took too long to arrive. Mixpanel sends it again by itself.',
    remedy: 'Look for a slow or overloaded network or proxy in front of the service.',
  },
  'store-unavailable': {
    ...later,
    text: 'The update could not be stored just now. Mixpanel sends it again by itself.',
    remedy: 'Check the free space and health of the database; the log line of this request has the error.',
  },
  'shutting-down': {
    ...later,
    text: 'The service is restarting. Mixpanel sends the update again by itself.',
    remedy: 'Nothing to do; start the service if it does not come back.',
  },
  internal: {
    ...later,
    text: 'Something went wrong on our side. Mixpanel sends the update again by itself.',
    remedy: 'Report the log line of this request as a bug.',
  },
} as const satisfies Readonly<Record<string, Reply>>

export type Condition = keyof typeof replies

const maxEchoedAction = 64
const retryAfterSeconds = '5'

/** The body of an answer. The action is echoed when it is a text of at most 64 characters. */
export const envelope = (condition: Condition, action: unknown): string => {
  const { status, text } = replies[condition]
  const echo = typeof action === 'string' && action.length <= maxEchoedAction ? action : null
  if (condition === 'success') return JSON.stringify({ action: echo, status: 'success' })
  return JSON.stringify({ action: echo, status: 'failure', error: { message: text, code: status } })
}

/** The headers that go with {@link envelope}. */
export const answerHeaders = (condition: Condition, body: string): Record<string, string> => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
  ...(replies[condition].status === 503 && { 'retry-after': retryAfterSeconds }),
})

/** Sends the answer for a condition. Does nothing when an answer has begun already. */
export const answer = (res: ServerResponse, condition: Condition, action: unknown): void => {
  if (res.headersSent) return
  const body = envelope(condition, action)
  res.writeHead(replies[condition].status, answerHeaders(condition, body)).end(body)
}
