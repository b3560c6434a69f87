import { expect, test } from 'vitest'
import { createRedact } from './redact-body.ts'

const member = {
  mixpanel_distinct_id: 'ann-7',
  email: 'Ann@Example.org',
  first_name: 'Ann',
  $name: 'Ann Adams',
  plan: 'free',
  age: 41,
  vip: true,
  utm_term: '',
  contacts: [{ work: 'ann@work.example' }],
}

const setup = (changes: object = {}) => {
  const redact = createRedact(Buffer.from('a secret of this capture'))
  const parameters = {
    mixpanel_project_id: '1',
    mixpanel_cohort_id: '2',
    mixpanel_cohort_name: 'Churn risk',
    mixpanel_session_id: 'session',
    page_info: { total_pages: 2, page_count: 1 },
    members: [member],
    ...changes,
  }
  return redact({ action: 'members', parameters }) as {
    action: string
    parameters: Record<string, ReturnType<typeof JSON.parse>>
  }
}

test('keeps what the protocol is made of', () => {
  const { action, parameters } = setup()
  expect(action).toBe('members')
  expect(parameters['page_info']).toEqual({ total_pages: 2, page_count: 1 })
  expect(Object.keys(parameters['members'][0])).toEqual([
    'mixpanel_distinct_id',
    'email',
    'plan',
    'age',
    'vip',
    'utm_term',
    'contacts',
  ])
  expect(parameters['members'][0]).toMatchObject({ utm_term: '', vip: false, age: expect.any(Number) })
})

test('keeps nothing that came from a person or a company', () => {
  const text = JSON.stringify(setup()).toLowerCase()
  for (const secret of ['"ann', 'adams', 'example.org', 'work.example', '"free"', '41,', 'churn', 'true']) {
    expect(text).not.toContain(secret)
  }
})

test('gives one person one pseudonym, as text and as number, and others another', () => {
  const members = [{ mixpanel_distinct_id: 7 }, { mixpanel_distinct_id: '7' }, { mixpanel_distinct_id: '8' }]
  const ids = setup({ members }).parameters['members'].map((one: typeof member) => one.mixpanel_distinct_id)
  expect(ids[0]).toBe(ids[1])
  expect(ids[2]).not.toBe(ids[1])
})

test('takes members as they come: one object, none, names of the prototype', () => {
  expect(setup({ members: { mixpanel_distinct_id: 'a' } }).parameters['members']).toHaveProperty(
    'mixpanel_distinct_id',
  )
  expect(setup({ members: null }).parameters['members']).toBeNull()
  const odd = JSON.parse('[{"__proto__":"a","constructor":"b"}]')
  expect(Object.keys(setup({ members: odd }).parameters['members'][0])).toEqual(['__proto__', 'constructor'])
})
