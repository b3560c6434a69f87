/** One answer of the webhook. */
export interface Reply {
  readonly status: 200 | 400 | 401 | 403 | 404 | 429 | 503
  /** What the text is about, word for word in the text. Every 400 has one. */
  readonly field?: string
  /** Mixpanel shows it to the person who set up the sync. At most 200 characters. */
  readonly text: string | ((partner: string) => string)
  /** For the person who operates this service. */
  readonly remedy: string
  /** What Mixpanel does then: docs.mixpanel.com/docs/cohort-sync/webhooks (2026-11). */
  readonly mixpanel: 'goes on' | 'pauses' | 'retries'
  /** Bounds of the Retry-After header. Every 429 and 503 has one. */
  readonly retryAfterSeconds?: readonly [least: number, most: number]
}

const refused = (field: string, text: string, remedy: string): Reply => ({
  status: 400,
  field,
  text,
  remedy,
  mixpanel: 'pauses',
})
const later = (text: string, remedy: string): Reply => ({
  status: 503,
  text,
  remedy,
  mixpanel: 'retries',
  retryAfterSeconds: [5, 5],
})
const forbidden = { status: 403, mixpanel: 'pauses' } as const
const wrongAddress = { status: 404, mixpanel: 'pauses' } as const
const tooMuch = { status: 429, mixpanel: 'retries' } as const
const otherSender = 'Find out what else sends to this address.'
const proxy = 'Look for a proxy that'

/**
 * Every answer that the webhook can give. 400, 401, 403 and 404 pause the customer's sync until a person resumes it,
 * so a fault of ours is never one of them. What Mixpanel does with other statuses is not documented: they never leave.
 */
export const replies = {
  success: { status: 200, mixpanel: 'goes on', text: 'Stored.', remedy: 'Nothing to do.' },
  'unknown-key': {
    status: 401,
    mixpanel: 'pauses',
    text: 'The API key is missing or not valid. Enter the API key of your account in this Mixpanel connection, then resume the sync.',
    remedy:
      'Check that the customer uses a key of this installation that is not revoked; make a new key if in doubt. With onboarding, the log line key.refused says why.',
  },
  'account-disabled': {
    ...forbidden,
    text: 'Your account is switched off, so cohorts are not taken. Ask support to switch it on, then resume the sync.',
    remedy: 'Switch the account on again, or tell the customer why it is off.',
  },
  'destination-refused': {
    ...forbidden,
    text: (partner) =>
      `${partner} no longer accepts the credentials of your connection. Renew them in your settings for ${partner}, then resume the sync.`,
    remedy:
      'Have the customer renew the credentials of the destination. What is owed goes out then; reportDestinationErrors turns this answer off.',
  },
  'too-large': refused(
    'body',
    'The request body is too large to accept. Export fewer properties with this cohort, or ask support to raise the limit.',
    'Raise MAX_BODY_BYTES if the customer needs pages of this size.',
  ),
  'too-many-values': refused(
    'body',
    'The request body holds too many values for one page. Export fewer properties with this cohort, then resume the sync.',
    'Ask the customer how many properties are exported; 1,000 members with 200 each can be taken.',
  ),
  'wrong-content-type': refused(
    'Content-Type',
    'The Content-Type of the request must be application/json in UTF-8. Check that the request comes from Mixpanel.',
    `${proxy} changes the Content-Type header.`,
  ),
  'unknown-encoding': refused(
    'Content-Encoding',
    'The Content-Encoding of the request is not supported: use gzip, deflate, br or none.',
    `${proxy} compresses requests.`,
  ),
  unreadable: refused(
    'body',
    'The request body arrived damaged: it is not compressed the way its Content-Encoding says. Please resume the sync.',
    `${proxy} changes bodies or the Content-Encoding header.`,
  ),
  'not-utf8': refused(
    'body',
    'The request body is not valid UTF-8 text. Check that the request comes from Mixpanel.',
    `${proxy} re-encodes bodies.`,
  ),
  'not-json': refused(
    'body',
    'The request body is not valid JSON. Check that the request comes from Mixpanel.',
    `${proxy} cuts or changes bodies.`,
  ),
  'not-an-object': refused(
    'body',
    'The request body must be one JSON object. Check that the request comes from Mixpanel.',
    otherSender,
  ),
  'too-deep': refused(
    'body',
    'The request body is nested too deeply. Leave deeply nested properties out of Properties to Export, then resume the sync.',
    'Ask the customer which properties are exported.',
  ),
  'action-missing': refused(
    'action',
    'The field "action" is missing from the request. Check that the request comes from a Mixpanel cohort sync.',
    otherSender,
  ),
  'action-unknown': refused(
    'action',
    'The field "action" must be members, add_members or remove_members.',
    'Check whether Mixpanel documents a new action.',
  ),
  'cohort-id-missing': refused(
    'mixpanel_cohort_id',
    'The field "mixpanel_cohort_id" is missing from the request. Check that the request comes from a Mixpanel cohort sync.',
    otherSender,
  ),
  'cohort-id-unusable': refused(
    'mixpanel_cohort_id',
    'The field "mixpanel_cohort_id" cannot be used: it must be a short text or a whole number.',
    otherSender,
  ),
  'project-id-unusable': refused(
    'mixpanel_project_id',
    'The field "mixpanel_project_id" cannot be used: it must be a short text or a whole number.',
    otherSender,
  ),
  'members-missing': refused(
    'members',
    'The field "members" is missing from the request. An empty list is fine, a missing one is not.',
    otherSender,
  ),
  'is-mixpanel-alert': refused(
    'event_type',
    'This is a Mixpanel alert (it has an "event_type"), not a cohort sync. Send alerts to another address, and sync a cohort to this one.',
    'Have the customer take this address out of the notification webhooks of the Mixpanel project.',
  ),
  'is-mixpanel-people-webhook': refused(
    'users',
    'This is an old Mixpanel message webhook (a form with "users"), not a cohort sync. Sync a cohort to this address instead.',
    'Have the customer set up a cohort sync to a custom webhook in place of the message campaign.',
  ),
  'is-segment': refused(
    'type',
    'This is an event of Twilio Segment (it has a "type" such as identify), not a Mixpanel cohort sync. Sync the cohort from Mixpanel itself.',
    'Have the customer take this address out of the webhook destinations in Segment.',
  ),
  'is-mparticle': refused(
    'user_attributes',
    'This is a batch of mParticle (it has "user_attributes" or "events"), not a Mixpanel cohort sync. Sync the cohort from Mixpanel itself.',
    'Have the customer take this address out of the webhook outputs in mParticle.',
  ),
  'is-amplitude': refused(
    'in_cohort',
    'This is a cohort of Amplitude (it has "in_cohort"), not of Mixpanel. Only cohort syncs of Mixpanel can be sent here.',
    'Have the customer take this address out of the cohort webhooks in Amplitude.',
  ),
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
  'malformed-request': refused(
    'request',
    'The request is not valid HTTP. Check that it comes from Mixpanel and that the address is right.',
    `${proxy} changes headers or addresses.`,
  ),
  'over-rate': {
    ...tooMuch,
    text: 'Your account sends updates faster than they are taken. Mixpanel sends this one again by itself.',
    remedy: 'Raise PAGES_PER_SECOND, which holds for each account, if its cohorts need it.',
    retryAfterSeconds: [5, 20],
  },
  'too-many-attempts': {
    ...tooMuch,
    text: 'New API keys are tried more often than they can be checked. Mixpanel sends this update again by itself.',
    remedy:
      'Nothing to do if it passes within minutes. Else find out who tries keys, or raise attemptsPerMinute of the deployment file; behind a proxy, set TRUST_PROXY.',
    retryAfterSeconds: [5, 20],
  },
  'backlog-too-long': {
    ...tooMuch,
    text: 'Earlier updates of your account are still being worked on. Mixpanel sends this one again by itself.',
    remedy:
      'Find out what keeps the pages of this account from being applied, or raise MAX_UNAPPLIED_PAGES. Where the log says disk.low, make room.',
    retryAfterSeconds: [10, 40],
  },
  'over-capacity': {
    ...later(
      'More updates come in at this moment than can be taken. Mixpanel sends this one again by itself.',
      'Nothing to do if it passes within minutes, as on the half hour; else start more receivers, or faster ones.',
    ),
    retryAfterSeconds: [2, 20],
  },
  'key-unchecked': {
    ...later(
      'Your API key could not be checked just now. Mixpanel sends the update again by itself.',
      'The log line key.unchecked or lookup.failed says what the service did that checks keys.',
    ),
    retryAfterSeconds: [2, 20],
  },
  'too-slow': later(
    'The request took too long to arrive. Mixpanel sends it again by itself.',
    'Look for a slow or overloaded network or proxy in front of the service.',
  ),
  'store-unavailable': later(
    'The update could not be stored just now. Mixpanel sends it again by itself.',
    'Check the free space and health of the database; the log line of this request has the error.',
  ),
  'shutting-down': later(
    'The service is restarting. Mixpanel sends the update again by itself.',
    'Nothing to do; start the service if it does not come back.',
  ),
  internal: later(
    'Something went wrong on our side. Mixpanel sends the update again by itself.',
    'Report the log line of this request as a bug.',
  ),
} satisfies Readonly<Record<string, Reply>>

export type Condition = keyof typeof replies
