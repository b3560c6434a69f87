import { describe, expect, test } from 'vitest'
import type { CohortPage } from './cohort-page.ts'
import { propertiesText } from './properties-text.ts'
import { readCohortPage } from './read-cohort-page.ts'

const memberOf = (member: string): CohortPage['members'][number] => {
  const reading = readCohortPage(
    Buffer.from(`{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[${member}]}}`),
    { exactIntegers: true },
  )
  if (!reading.ok) throw new Error(reading.refusal)
  return reading.page.members[0]!
}

describe('properties as text', () => {
  test.each([
    ['leave the id out', '{"mixpanel_distinct_id":"a","$distinct_id":"a","plan":"pro"}', '{"plan":"pro"}'],
    [
      'keep a second id that differs',
      '{"mixpanel_distinct_id":"a","$distinct_id":"b"}',
      '{"$distinct_id":"b"}',
    ],
    ['are the same in any order', '{"b":1,"mixpanel_distinct_id":"a","a":2}', '{"a":2,"b":1}'],
    [
      'keep every digit of a large integer, as text',
      '{"mixpanel_distinct_id":"a","n":12345678901234567890,"o":{"p":[-98765432109876543210]}}',
      '{"n":"12345678901234567890","o":{"p":["-98765432109876543210"]}}',
    ],
    [
      'leave a safe integer of 16 digits a number',
      '{"mixpanel_distinct_id":"a","n":1234567890123456}',
      '{"n":1234567890123456}',
    ],
    ['keep hostile names', '{"mixpanel_distinct_id":"a","__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    [
      'escape what databases refuse',
      '{"mixpanel_distinct_id":"a","n":"\\u0000\\ud800"}',
      '{"n":"\\u0000\\ud800"}',
    ],
    [
      'keep null and nesting',
      '{"mixpanel_distinct_id":"a","n":null,"l":[1,{"m":"é"}]}',
      '{"l":[1,{"m":"é"}],"n":null}',
    ],
  ])('%s', (_case, member, text) => {
    expect(propertiesText(memberOf(member), 'all')).toBe(text)
  })

  test('an unquoted id beyond 2^53 is set aside also when integers are exact', () => {
    const body =
      '{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[{"mixpanel_distinct_id":9007199254740993}]}}'
    const reading = readCohortPage(Buffer.from(body), { exactIntegers: true })
    expect(reading).toMatchObject({ page: { members: [], setAside: [{ reason: 'id-number-too-large' }] } })
  })
})
