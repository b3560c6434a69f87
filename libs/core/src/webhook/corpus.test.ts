import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readCohortPage } from './read-cohort-page.ts'
import { corpus, corpusBody, type CorpusCase } from './testing/corpus/corpus.ts'

const verdictOf = (body: Buffer): object => {
  const reading = readCohortPage(body)
  if (!reading.ok) return { action: reading.action, refusal: reading.refusal }
  const { cohort, members, setAside, mixpanelAction, action, sessionId, pageNumber, totalPages } =
    reading.page
  return {
    action: mixpanelAction,
    page: {
      action,
      projectId: cohort.projectId,
      cohortId: cohort.id,
      name: cohort.name,
      sessionId,
      pageNumber,
      totalPages,
      members: members.map(({ id }) => id),
      setAside: setAside.map(({ reason }) => reason),
    },
  }
}

const expectedOf = (row: CorpusCase): object => {
  const { action } = row.answer
  return 'page' in row ? { action, page: row.page } : { action, refusal: row.answer.refusal }
}

test('the table names every body once', () => {
  const files = readdirSync(new URL('testing/corpus/bodies', import.meta.url))
  expect(corpus.map(({ file }) => file).toSorted()).toEqual(files.toSorted())
})

test.each(corpus)('reads $file as the table says', (row) => {
  expect(verdictOf(corpusBody(row.file))).toEqual(expectedOf(row))
})

test('the body of another row does not pass (negative control)', () => {
  const accepted = corpus.filter((row) => 'page' in row)
  const fooled = accepted.filter((row, index) => {
    const other = accepted[(index + 1) % accepted.length]!
    return JSON.stringify(verdictOf(corpusBody(other.file))) === JSON.stringify(expectedOf(row))
  })
  expect(fooled).toEqual([])
})

test('of a member that comes twice the last values count', () => {
  const reading = readCohortPage(corpusBody('addition-with-one-member-twice.json'))
  expect(reading).toMatchObject({
    page: { members: [{ id: 'u1', properties: { plan: 'b' } }, { id: 'u2' }] },
  })
})

test('names of the prototype are properties like any other', () => {
  const reading = readCohortPage(corpusBody('addition-with-names-of-the-prototype.json'))
  const properties = reading.ok ? reading.page.members[0]?.properties : undefined
  expect(Object.keys(properties ?? {})).toEqual(['mixpanel_distinct_id', '__proto__', 'constructor'])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
