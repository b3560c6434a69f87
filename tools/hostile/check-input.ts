import { checkCohortPage, readCohortPage, type CohortPage, type PageReading } from '@cohort-relay/core'

const refusals: ReadonlySet<string> = new Set([
  'not-utf8',
  'not-json',
  'not-an-object',
  'too-deep',
  'action-missing',
  'action-unknown',
  'cohort-id-missing',
  'cohort-id-unusable',
  'project-id-unusable',
  'members-missing',
])
/** Nothing that small may take longer, whatever the collector of garbage does meanwhile. */
const mostMilliseconds = 500

/** The function under test; a broken one shows that the checks bite. */
export type ReadPage = typeof readCohortPage

/** What is wrong with how a body is read. Empty when all is well. */
export const faultsOf = (body: Buffer, readPage: ReadPage = readCohortPage): readonly string[] => {
  const start = performance.now()
  try {
    const plain = readPage(body)
    const exact = readPage(body, { exactIntegers: true })
    const checked = checkCohortPage(body)
    return [
      ...disagreements(plain, exact),
      ...disagreements(plain, checked),
      ...(plain.ok ? pageFaults(plain.page, exact.ok ? exact.page : plain.page) : []),
      ...(plain.ok || refusals.has(plain.refusal) ? [] : [`unknown refusal ${plain.refusal}`]),
      ...(Object.keys(Object.prototype).length > 0 ? ['the prototype is polluted'] : []),
      ...(performance.now() - start > mostMilliseconds ? ['reading took too long'] : []),
    ]
  } catch (error) {
    return [`it threw ${error instanceof Error ? error.name : typeof error}`]
  }
}

type AnyReading = PageReading<Pick<CohortPage, 'memberCount' | 'setAside' | 'mixpanelAction' | 'cohort'>>

const disagreements = (one: AnyReading, other: AnyReading): string[] =>
  verdictOf(one) === verdictOf(other) ? [] : ['two readings differ']

const verdictOf = (reading: AnyReading): string => {
  if (!reading.ok) return JSON.stringify([reading.refusal, reading.action])
  const { mixpanelAction, cohort, memberCount, setAside } = reading.page
  // A name is a label: as a number beyond 2^53 it may lose digits in one reading.
  return JSON.stringify([mixpanelAction, cohort.projectId, cohort.id, memberCount, setAside])
}

const pageFaults = ({ members, memberCount }: CohortPage, exact: CohortPage): string[] => {
  const ids = members.map(({ id }) => id)
  return [
    ...(ids.every(isUsable) ? [] : ['a member has an id that cannot be used']),
    ...(new Set(ids).size === ids.length ? [] : ['a member is there twice']),
    ...(ids.length <= memberCount ? [] : ['more members than came']),
    ...(JSON.stringify(ids) === JSON.stringify(exact.members.map(({ id }) => id))
      ? []
      : ['exact ids differ']),
  ]
}

const isUsable = (id: unknown): boolean =>
  typeof id === 'string' &&
  id.trim() !== '' &&
  Buffer.byteLength(id) <= 1024 &&
  id.isWellFormed() &&
  !id.includes('\0')
