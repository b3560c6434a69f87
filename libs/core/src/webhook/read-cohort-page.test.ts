import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CohortPage } from './cohort-page.ts'
import { readCohortPage } from './read-cohort-page.ts'
import { readMember } from './read-member.ts'
import { memberSchema } from './testing/member-schema.ts'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

const body = (parameters: object, action: unknown = 'add_members') => ({
  action,
  parameters: {
    mixpanel_project_id: '1',
    mixpanel_cohort_id: '2',
    mixpanel_cohort_name: 'Trial',
    ...parameters,
  },
})

const page = (value: unknown): CohortPage => {
  const reading = readCohortPage(bytes(value))
  if (!reading.ok) throw new Error(`refused: ${reading.refusal}`)
  return reading.page
}

const refusal = (value: unknown) => {
  const reading = readCohortPage(Buffer.isBuffer(value) ? value : bytes(value))
  return reading.ok ? 'accepted' : reading.refusal
}

describe('the envelope', () => {
  test.each([
    ['members', 'replace'],
    ['add_members', 'add'],
    ['remove_members', 'remove'],
  ])('reads the action %s as %s', (action, meaning) => {
    expect(page(body({ members: [] }, action))).toMatchObject({ action: meaning, mixpanelAction: action })
  })

  test.each([
    ['no text at all', '', 'not-json'],
    ['broken JSON', '{not json', 'not-json'],
    ['a list', [1], 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not-utf8'],
    ['33 levels of nesting', '['.repeat(33) + ']'.repeat(33), 'too-deep'],
    ['no action', { parameters: {} }, 'action-missing'],
    ['an empty action', body({ members: [] }, ''), 'action-missing'],
    ['an action that is no text', body({ members: [] }, 7), 'action-missing'],
    ['an unknown action', body({ members: [] }, 'nonsense'), 'action-unknown'],
    ['an inherited name as action', body({ members: [] }, 'constructor'), 'action-unknown'],
    ['another inherited name as action', body({ members: [] }, 'toString'), 'action-unknown'],
    ['no parameters', { action: 'members' }, 'cohort-id-missing'],
    ['parameters that are a list', { action: 'members', parameters: [] }, 'cohort-id-missing'],
    ['a blank cohort id', body({ mixpanel_cohort_id: ' ', members: [] }), 'cohort-id-missing'],
    ['a cohort id that is an object', body({ mixpanel_cohort_id: {}, members: [] }), 'cohort-id-unusable'],
    ['a cohort id with NUL', body({ mixpanel_cohort_id: 'a\0', members: [] }), 'cohort-id-unusable'],
    [
      'a cohort id that lost digits',
      '{"action":"members","parameters":{"mixpanel_cohort_id":9007199254740993,"members":[]}}',
      'cohort-id-unusable',
    ],
    [
      'a project id that lost digits',
      '{"action":"members","parameters":{"mixpanel_project_id":9007199254740993,"mixpanel_cohort_id":1,"members":[]}}',
      'project-id-unusable',
    ],
    ['no member list', body({}), 'members-missing'],
    ['a member list that is null', body({ members: null }), 'members-missing'],
    ['a member list that is text', body({ members: 'ann' }), 'members-missing'],
  ])('refuses %s', (_case, value, expected) => {
    expect(refusal(value)).toBe(expected)
  })

  test('reads the same cohort from ids that are text or numbers', () => {
    expect(page(body({ mixpanel_cohort_id: 5167000, members: [] })).cohort.id).toBe('5167000')
    expect(page(body({ mixpanel_cohort_id: '5167000', members: [] })).cohort.id).toBe('5167000')
  })

  test('shows the id of a cohort without a name', () => {
    expect(page(body({ mixpanel_cohort_name: '', members: [] })).cohort.name).toBe('2')
  })

  test.each([
    [{ total_pages: 10, page_count: 6 }, 10, 6],
    [{ total_pages: '10', page_count: ' 6 ' }, 10, 6],
    [{ total_pages: 0, page_count: 0 }, 0, 0],
    [{ total_pages: -1, page_count: 1.5 }, null, null],
    [{ total_pages: 'ten' }, null, null],
    [undefined, null, null],
    ['1/2', null, null],
  ])('reads page_info %j as %s pages, number %s', (page_info, totalPages, pageNumber) => {
    expect(page(body({ page_info, members: [] }))).toMatchObject({ totalPages, pageNumber })
  })

  test('finds fields and members beside parameters', () => {
    const flat = page({
      action: 'add_members',
      mixpanel_cohort_id: 999,
      members: [{ mixpanel_distinct_id: 'u9' }],
    })
    expect(flat).toMatchObject({ cohort: { projectId: '', id: '999' }, members: [{ id: 'u9' }] })
  })

  test('reads a body that begins with a byte order mark', () => {
    expect(refusal(`\uFEFF${JSON.stringify(body({ members: [] }))}`)).toBe('accepted')
  })

  test('gives two unusable session names two different names', () => {
    const session = (id: string) => page(body({ mixpanel_session_id: id, members: [] })).sessionId
    expect(session('a\0')).not.toBe(session('b\0'))
    expect(session('a\0')).toBe(session('a\0'))
    expect(session('a')).toBe('a')
  })
})

describe('members', () => {
  test('keeps the last of members with one id', () => {
    const { members } = page(
      body({
        members: [
          { mixpanel_distinct_id: 'a', plan: 1 },
          { mixpanel_distinct_id: 'a', plan: 2 },
        ],
      }),
    )
    expect(members).toEqual([{ id: 'a', properties: { mixpanel_distinct_id: 'a', plan: 2 } }])
  })

  test('takes one object in place of the list as one member', () => {
    expect(page(body({ members: { mixpanel_distinct_id: 'a' } })).members).toHaveLength(1)
  })

  test('sets aside what cannot be recorded and keeps the rest', () => {
    const { members, setAside } = page(
      body({ members: [null, 'x', { email: 'x@example.com' }, { mixpanel_distinct_id: 'ann' }] }),
    )
    expect(members.map(({ id }) => id)).toEqual(['ann'])
    expect(setAside).toEqual([
      { index: 0, reason: 'not-an-object' },
      { index: 1, reason: 'not-an-object' },
      { index: 2, reason: 'id-missing' },
    ])
  })

  test.each([
    [{ mixpanel_distinct_id: 'ann' }, 'ann'],
    [{ mixpanel_distinct_id: 7 }, '7'],
    [{ mixpanel_distinct_id: null, $distinct_id: 'ann' }, 'ann'],
    [{ mixpanel_distinct_id: ' ', $distinct_id: 'ann' }, 'ann'],
    [{ mixpanel_distinct_id: '__proto__' }, '__proto__'],
    [{ mixpanel_distinct_id: 'constructor' }, 'constructor'],
    [{ mixpanel_distinct_id: '👩‍👩‍👧' }, '👩‍👩‍👧'],
    [{ mixpanel_distinct_id: 'a'.repeat(1024) }, 'a'.repeat(1024)],
  ])('identifies %j as %s', (member, id) => {
    expect(readMember(member)).toMatchObject({ id })
  })

  test.each([
    [{ mixpanel_distinct_id: 2 ** 53 }, 'id-number-too-large'],
    [{ mixpanel_distinct_id: 2 ** 53, $distinct_id: 'ann' }, 'id-number-too-large'],
    [{ mixpanel_distinct_id: 1.5 }, 'id-wrong-type'],
    [{ mixpanel_distinct_id: true }, 'id-wrong-type'],
    [{ mixpanel_distinct_id: 'a\0b' }, 'id-unusable-characters'],
    [{ mixpanel_distinct_id: '\ud800' }, 'id-unusable-characters'],
    [{ mixpanel_distinct_id: 'é'.repeat(513) }, 'id-too-long'],
    [{ mixpanel_distinct_id: '' }, 'id-missing'],
    [[], 'not-an-object'],
  ])('sets %j aside: %s', (member, reason) => {
    expect(readMember(member)).toBe(reason)
  })

  test('decides as the zod schema does, whatever the member', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '',
        ' ',
        '\0',
        '\ud800',
        'x'.repeat(1024),
        'x'.repeat(1025),
        'é'.repeat(512),
        'é'.repeat(513),
      ),
      fc.integer(),
      fc.double(),
      fc.constantFrom(null, true, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), [], {}),
    )
    const member = fc.record(
      { mixpanel_distinct_id: id, $distinct_id: id, email: fc.string() },
      { requiredKeys: [] },
    )
    const entry = fc.oneof({ weight: 20, arbitrary: member }, { weight: 1, arbitrary: fc.jsonValue() })
    fc.assert(
      fc.property(entry, (value) => {
        expect(typeof readMember(value) === 'object').toBe(memberSchema.safeParse(value).success)
      }),
      { numRuns: 3000 },
    )
  })

  test('does not pollute prototypes', () => {
    page(
      '{"action":"add_members","parameters":{"mixpanel_cohort_id":"1","members":[{"mixpanel_distinct_id":"u1","__proto__":{"polluted":true}}]},"__proto__":{"polluted":true}}',
    )
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (value) => {
        readCohortPage(Buffer.from(value))
      },
    ),
  )
})
