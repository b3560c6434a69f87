/** A webhook of another kind that reaches this address by mistake. */
export type WebhookKind = 'mixpanel-alert' | 'mixpanel-people-webhook' | 'segment' | 'mparticle' | 'amplitude'

/** Refused bodies beyond this are not looked at: parsing them would cost more than the hint is worth. */
const maxBytes = 256 * 1024

/**
 * What a refused request is instead of a cohort page; undefined when it resembles nothing known. Parses the body, so
 * it is for requests that are about to be refused. Never throws.
 */
export const recogniseWebhook = (
  contentType: string | undefined,
  body: Uint8Array,
): WebhookKind | undefined => {
  if (body.length > maxBytes) return undefined
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString()
  if (isForm(contentType)) return isPeopleForm(text) ? 'mixpanel-people-webhook' : undefined
  try {
    return recogniseObject(firstOf(JSON.parse(text)))
  } catch {
    // Not JSON: nobody known sends that.
    return undefined
  }
}

const isForm = (contentType = ''): boolean => /^application\/x-www-form-urlencoded *(;|$)/i.test(contentType)

// mixpanel.com/help/reference/webhooks (2017): `users=[{"$distinct_id": …, "$properties": {…}}]`.
const isPeopleForm = (form: string): boolean =>
  form.split('&').some((field) => field.startsWith('users=') && field.includes('distinct_id'))

// Some senders wrap what they send in a list.
const firstOf = (value: unknown): Fields => {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'object' && first !== null ? (first as Fields) : {}
}

type Fields = Readonly<Record<string, unknown>>

const kinds: readonly (readonly [WebhookKind, (body: Fields) => boolean])[] = [
  // docs.mixpanel.com/docs/features/alerts (2026-11) offers webhooks; their bodies name the event that happened.
  ['mixpanel-alert', (body) => body['event_type'] === 'custom_alert_triggered'],
  ['mixpanel-people-webhook', ({ users }) => Array.isArray(users) && '$distinct_id' in firstOf(users)],
  // amplitude.com/docs/data/destination-catalog/cohort-webhooks (2026-11)
  ['amplitude', (body) => typeof body['in_cohort'] === 'boolean' && ('cohort_id' in body || 'users' in body)],
  ['segment', (body) => isSegmentCall(body) || isSegmentCall(firstOf(body['batch']))],
  ['mparticle', (body) => mparticleNames.filter((name) => name in body).length >= 2],
]

// twilio.com/docs/segment/connections/spec/common (2026-11)
const segmentCalls = new Set<unknown>(['identify', 'track', 'page', 'screen', 'group', 'alias'])
const isSegmentCall = (body: Fields): boolean =>
  segmentCalls.has(body['type']) && ['messageId', 'userId', 'anonymousId'].some((name) => name in body)

// docs.mparticle.com/developers/apis/json-reference (2026-11). One name alone is used by others too.
const mparticleNames = ['events', 'user_attributes', 'user_identities', 'mpid', 'environment', 'device_info']

const recogniseObject = (body: Fields): WebhookKind | undefined =>
  kinds.find(([, matches]) => matches(body))?.[0]
