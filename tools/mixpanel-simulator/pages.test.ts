import { expect, test } from 'vitest'
import { pagesOf, type Export } from './pages.ts'
import { firstPeople, memberOf } from './people.ts'

const setup = (changes: Partial<Export> = {}) => [
  ...pagesOf({
    action: 'members',
    cohort: { projectId: '1', id: '2', name: 'Trial users', description: 'All of them' },
    sessionId: 'session',
    people: firstPeople(2001),
    memberOf: (number) => memberOf(number, 'default', 1),
    bodies: 'documented',
    ...changes,
  }),
]

test('cuts the members into pages of 1,000 and numbers them from one', () => {
  const pages = setup()
  expect(pages.map(({ parameters }) => parameters.members.length)).toEqual([1000, 1000, 1])
  expect(pages.map(({ parameters }) => parameters['page_info'])).toEqual([
    { total_pages: 3, page_count: 1 },
    { total_pages: 3, page_count: 2 },
    { total_pages: 3, page_count: 3 },
  ])
})

test('sends everybody once and in order', () => {
  const sent = setup().flatMap(({ parameters }) => parameters.members)
  expect(sent).toEqual(firstPeople(2001).map((number) => memberOf(number, 'default', 1)))
})

test('writes the documented body', () => {
  expect(setup({ people: [1], action: 'add_members' })[0]).toEqual({
    action: 'add_members',
    parameters: {
      mixpanel_project_id: '1',
      mixpanel_cohort_id: '2',
      mixpanel_cohort_name: 'Trial users',
      mixpanel_cohort_description: 'All of them',
      mixpanel_session_id: 'session',
      page_info: { total_pages: 1, page_count: 1 },
      members: [memberOf(1, 'default', 1)],
    },
  })
})

test('leaves page_info and description out of live bodies and adds the integration id', () => {
  const [page] = setup({ bodies: 'live' })
  expect(page?.parameters).not.toHaveProperty('page_info')
  expect(page?.parameters).not.toHaveProperty('mixpanel_cohort_description')
  expect(page?.parameters['mixpanel_integration_id']).toBe('0')
})

test('sends one page without members when there is nobody', () => {
  expect(setup({ people: [] }).map(({ parameters }) => parameters.members)).toEqual([[]])
})

test('numbers pages from zero and as text when asked to', () => {
  const [page] = setup({ people: [1, 2], membersPerPage: 1, numbering: { firstPage: 0, asText: true } })
  expect(page?.parameters['page_info']).toEqual({ total_pages: '2', page_count: '0' })
})

test('counts no page of nobody when asked to', () => {
  const [page] = setup({ people: [], numbering: { emptyTotal: 0 } })
  expect(page?.parameters['page_info']).toEqual({ total_pages: 0, page_count: 1 })
})
