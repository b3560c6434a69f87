import { readCohortPage } from '@cohort-relay/core'
import { expect, test } from 'vitest'
import { preparePages, type PageKind } from './prepare-pages.ts'

const read = (body: Buffer) => {
  const reading = readCohortPage(body)
  if (!reading.ok) throw new Error(reading.refusal)
  return reading.page
}

const setup = (kind: PageKind) => {
  const { warmUp, measured } = preparePages(kind, { pages: 3, warmUp: 1 })
  return { bodies: measured, pages: measured.map(read), warmUp: warmUp.map(read) }
}

test('a page is 1,000 members of 11 fields in about 290 kB', () => {
  const { bodies, pages } = setup('unfinished')
  expect(pages[0]!.members.length).toBe(1000)
  expect(Object.keys(pages[0]!.members[0]!.properties)).toHaveLength(11)
  expect(Math.abs(bodies[0]!.length - 290_000)).toBeLessThan(15_000)
})

test.each<PageKind>(['unfinished', 'whole'])('no member comes twice in %s pages', (kind) => {
  const { pages, warmUp } = setup(kind)
  const ids = [...pages, ...warmUp].flatMap(({ members }) => members.map(({ id }) => id))
  expect(new Set(ids).size).toBe(4000)
})

test('an unfinished sync waits for one more page than there are', () => {
  expect(setup('unfinished').pages.map(({ sessionId, totalPages }) => [sessionId, totalPages])).toEqual([
    ['benchmark', 4],
    ['benchmark', 4],
    ['benchmark', 4],
  ])
})

test('each whole page is a session of its own', () => {
  const { pages } = setup('whole')
  expect(new Set(pages.map(({ sessionId }) => sessionId)).size).toBe(3)
  expect(pages.map(({ totalPages }) => totalPages)).toEqual([1, 1, 1])
})
