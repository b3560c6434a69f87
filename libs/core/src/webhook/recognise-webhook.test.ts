import { describe, expect, test } from 'vitest'
import { recogniseWebhook } from './recognise-webhook.ts'
import { corpus, corpusBody } from './testing/corpus/corpus.ts'

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const people = [{ $distinct_id: '13793', $properties: { $email: 'ann@example.com' } }]

describe('a webhook of another kind', () => {
  test.each([
    ['mixpanel-alert', json, { event_type: 'custom_alert_triggered', alert_name: 'Sign-ups' }],
    ['mixpanel-people-webhook', form, `users=${encodeURIComponent(JSON.stringify(people))}`],
    ['mixpanel-people-webhook', `${form}; charset=UTF-8`, `id=1&users=${JSON.stringify(people)}`],
    ['mixpanel-people-webhook', json, { users: people }],
    ['amplitude', json, { cohort_name: 'A', cohort_id: 'b', in_cohort: true, users: [{ user_id: 'ann' }] }],
    ['amplitude', json, [{ cohort_id: 'b', in_cohort: false }]],
    ['segment', json, { type: 'identify', messageId: 'm', userId: 'ann', traits: {} }],
    ['segment', json, { batch: [{ type: 'track', anonymousId: 'a', event: 'Bought' }] }],
    ['mparticle', json, { events: [], user_attributes: {}, mpid: '1' }],
    ['mparticle', undefined, { user_identities: { email: 'ann@example.com' }, user_attributes: {} }],
  ])('is recognised: %s as %s', (kind, contentType, body) => {
    expect(recogniseWebhook(contentType, bytes(body))).toBe(kind)
  })

  test.each([
    ['an empty object', json, {}],
    ['an empty list', json, []],
    ['null', json, 'null'],
    ['no JSON', json, '{"type":'],
    ['no text', json, '\xff\x00'],
    ['a form of another kind', form, 'a=b&users=none'],
    ['JSON that is sent as a form', form, { type: 'identify', userId: 'ann' }],
    ['an object with a type of its own', json, { type: 'identify' }],
    ['another alert', json, { event_type: 'created' }],
    ['user attributes alone', json, { user_attributes: { plan: 'pro' } }],
    ['inherited names', json, '{"type":"constructor","toString":1,"__proto__":{"in_cohort":true}}'],
  ])('is not seen in %s', (_case, contentType, body) => {
    expect(recogniseWebhook(contentType, bytes(body))).toBeUndefined()
  })

  test('is not looked for in a large body', () => {
    const body = { type: 'identify', userId: 'ann', traits: { note: 'x'.repeat(300_000) } }
    expect(recogniseWebhook(json, bytes(body))).toBeUndefined()
  })

  test('is none of the bodies that cohort syncs send, nor of those that resemble them', () => {
    const recognised = corpus.filter(({ file }) => recogniseWebhook(json, corpusBody(file)) !== undefined)
    expect(recognised).toEqual([])
  })
})
