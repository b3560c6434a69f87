import { describe, expect, it } from 'vitest'
import { answerHeaders, envelope, textOf } from './mixpanel-answer.ts'
import { replies, type Condition, type Reply } from './replies.ts'

const rows = Object.entries(replies) as [Condition, Reply][]
const internals = /express|node\b|sqlite|database|stack|undefined|exception|null/i

const meaning: Record<number, Reply['mixpanel']> = {
  200: 'goes on',
  400: 'pauses',
  401: 'pauses',
  403: 'pauses',
  404: 'pauses',
  429: 'retries',
  503: 'retries',
}

/** Everything that is wrong with a reply. */
const faultsOf = (reply: Reply): string[] => {
  const { status, field, remedy, mixpanel, retryAfterSeconds } = reply
  const text = textOf(reply, 'A partner with a name of fifty characters or so.')
  return [
    ...(meaning[status] === mixpanel ? [] : [`${status} does not mean "${mixpanel}"`]),
    ...(text.length > 0 && text.length <= 200 ? [] : [`the text has ${text.length} characters`]),
    ...(internals.test(text) ? ['the text tells internals'] : []),
    ...(status !== 400 || (field !== undefined && text.includes(field))
      ? []
      : ['the text does not name the field']),
    ...(remedy === '' ? ['there is no remedy'] : []),
    ...((mixpanel === 'retries') === (retryAfterSeconds !== undefined)
      ? []
      : ['it is not said when to try again']),
  ]
}

describe('the replies', () => {
  it.each(rows)('%s keeps the rules', (_condition, reply) => {
    expect(faultsOf(reply)).toEqual([])
  })

  it('the rules tell bad replies (negative control)', () => {
    const good = replies['members-missing']
    expect(faultsOf({ ...good, status: 422 as 400 })).toHaveLength(1)
    expect(faultsOf({ ...good, status: 503 })).toHaveLength(1)
    expect(faultsOf({ ...good, retryAfterSeconds: [5, 5] })).toHaveLength(1)
    expect(faultsOf({ ...good, text: (partner) => `members: ${partner.repeat(5)}` })).toHaveLength(1)
    expect(faultsOf({ ...good, text: 'members'.repeat(40) })).toHaveLength(1)
    expect(faultsOf({ ...good, text: 'Wrong.' })).toHaveLength(1)
    expect(faultsOf({ ...good, text: 'members: express failed' })).toHaveLength(1)
  })

  it.each<Condition>(['store-unavailable', 'shutting-down', 'internal', 'too-slow'])(
    'a fault of ours pauses nobody: %s',
    (condition) => {
      expect(replies[condition].status).toBe(503)
      expect(answerHeaders(condition, '')).toHaveProperty('retry-after')
    },
  )

  it('the envelope of success', () => {
    expect(JSON.parse(envelope('success', { action: 'add_members' }))).toEqual({
      action: 'add_members',
      status: 'success',
    })
  })

  it.each(rows.filter(([condition]) => condition !== 'success'))('the envelope of %s', (condition, reply) => {
    expect(JSON.parse(envelope(condition, { action: 'members' }))).toEqual({
      action: 'members',
      status: 'failure',
      error: { message: textOf(reply), code: reply.status },
    })
  })

  it.each<[string, unknown, string | null]>([
    ['64 characters', 'a'.repeat(64), 'a'.repeat(64)],
    ['65 characters', 'a'.repeat(65), null],
    ['a number', 7, null],
    ['nothing', undefined, null],
  ])('echoes an action that is a short text: %s', (_name, action, echo) => {
    expect(JSON.parse(envelope('action-unknown', { action }))).toHaveProperty('action', echo)
  })

  it('name the partner that refused its credentials', () => {
    const { error } = JSON.parse(envelope('destination-refused', { partner: 'Mailchimp' }))
    expect(error).toEqual({ code: 403, message: expect.stringMatching(/^Mailchimp no longer accepts/) })
  })

  it.each([
    [0, '10'],
    [0.5, '25'],
    [0.999, '40'],
  ])('spread the retries of many senders: %s', (random, seconds) => {
    expect(answerHeaders('backlog-too-long', '', () => random)).toHaveProperty('retry-after', seconds)
  })
})
