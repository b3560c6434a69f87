import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type {
  CohortPage,
  PageAction,
  PageCohort,
  PageMember,
  PageReading,
  PageRefusal,
  PageSummary,
} from './cohort-page.ts'
import { maxNesting, nestsDeeperThan } from './nesting-depth.ts'
import { pageEnvelope, type PageEnvelope } from './page-envelope.ts'
import { parseExactJson } from './parse-json.ts'
import { memberProblem, readMember } from './read-member.ts'
import type { SetAsideMember } from './set-aside-member.ts'
import { usableId } from './usable-id.ts'

/** Source: docs.mixpanel.com/docs/cohort-sync/webhooks (2026-11). */
const actions = new Map<string, PageAction>([
  ['members', 'replace'],
  ['add_members', 'add'],
  ['remove_members', 'remove'],
])

export interface ReadingOptions {
  /** Integers beyond 2^53 in properties become bigint. Costs time only where there are any. Default false. */
  readonly exactIntegers?: boolean
}

/** A webhook body as a page, or why it can never be applied. Never throws. */
export const readCohortPage = (body: Buffer, options: ReadingOptions = {}): PageReading =>
  readBody(body, options, (page, entries) => ({ ...page, ...readMembers(entries) }))

/** The same verdict without the members: what has to be known before a page is answered. */
export const checkCohortPage = (body: Buffer): PageReading<PageSummary> =>
  readBody(body, {}, (page, entries) => ({ ...page, ...checkMembers(entries) }))

type PagePlace = Omit<PageSummary, 'memberCount' | 'setAside'>
type Finish<Page> = (page: PagePlace, entries: readonly unknown[]) => Page

const readBody = <Page>(body: Buffer, options: ReadingOptions, finish: Finish<Page>): PageReading<Page> => {
  if (!isUtf8(body)) return refused('not-utf8')
  if (nestsDeeperThan(maxNesting, body)) return refused('too-deep')
  const parsed = parse(body, options)
  if (parsed === undefined) return refused('not-json')
  if (!isObject(parsed.value)) return refused('not-an-object')
  return readObject(parsed.value, finish)
}

const parse = (body: Buffer, { exactIntegers = false }: ReadingOptions): { value: unknown } | undefined => {
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  try {
    return { value: exactIntegers ? parseExactJson(text) : JSON.parse(text) }
  } catch {
    return undefined // Only the text can be at fault: the answer names that.
  }
}

/** Bodies carry their fields under `parameters`; relays have been seen to lift some or all of them to the top. */
const readObject = <Page>(body: Record<string, unknown>, finish: Finish<Page>): PageReading<Page> => {
  const parameters = isObject(body['parameters']) ? body['parameters'] : {}
  const field = (name: string): unknown => parameters[name] ?? body[name]
  const envelope = pageEnvelope.safeParse({ ...envelopeFields(field), action: body['action'] })
  if (!envelope.success) return refused('action-missing')
  const { action } = envelope.data
  const cohort = readCohort(envelope.data)
  const members = field('members')
  const meaning = actions.get(action)
  if (meaning === undefined) return refused(action === '' ? 'action-missing' : 'action-unknown', action)
  if (typeof cohort === 'string') return refused(cohort, action)
  if (typeof members !== 'object' || members === null) return refused('members-missing', action)
  // One object in place of the list is one member.
  const entries = Array.isArray(members) ? members : [members]
  return { ok: true, page: finish({ ...pagePlace(envelope.data), action: meaning, cohort }, entries) }
}

const envelopeFields = (field: (name: string) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.keys(pageEnvelope.shape).map((name) => [name, field(name)]))

const readCohort = (envelope: PageEnvelope): PageCohort | PageRefusal => {
  const id = usableId(envelope.mixpanel_cohort_id)
  const project = usableId(envelope.mixpanel_project_id)
  if ('problem' in id) return id.problem === 'missing' ? 'cohort-id-missing' : 'cohort-id-unusable'
  // Without its project a cohort could be taken for another project's.
  if ('problem' in project && project.problem !== 'missing') return 'project-id-unusable'
  const projectId = 'id' in project ? project.id : ''
  const name = envelope.mixpanel_cohort_name.trim() === '' ? id.id : envelope.mixpanel_cohort_name
  return { projectId, id: id.id, name, description: envelope.mixpanel_cohort_description }
}

const pagePlace = ({ action, mixpanel_session_id, page_info }: PageEnvelope) => ({
  mixpanelAction: action,
  sessionId: readSessionId(mixpanel_session_id),
  pageNumber: page_info.page_count,
  totalPages: page_info.total_pages,
})

const readSessionId = (value: unknown): string | null => {
  const session = usableId(value)
  if ('id' in session) return session.id
  if (session.problem === 'missing' || session.problem === 'wrong-type') return null
  // A name that no store may keep as it is still tells two sessions apart.
  return createHash('sha256')
    .update(JSON.stringify(String(value)))
    .digest('hex')
}

const checkMembers = (entries: readonly unknown[]): Pick<PageSummary, 'memberCount' | 'setAside'> => {
  const setAside: SetAsideMember[] = []
  for (let index = 0; index < entries.length; index++) {
    const reason = memberProblem(entries[index])
    if (reason !== undefined) setAside.push({ index, reason })
  }
  return { memberCount: entries.length - setAside.length, setAside }
}

const readMembers = (
  entries: readonly unknown[],
): Pick<CohortPage, 'members' | 'memberCount' | 'setAside'> => {
  const distinct = new Map<string, PageMember>()
  const setAside: SetAsideMember[] = []
  for (const [index, entry] of entries.entries()) {
    const member = readMember(entry)
    if (typeof member === 'string') setAside.push({ index, reason: member })
    else distinct.set(member.id, member)
  }
  return { members: [...distinct.values()], memberCount: entries.length - setAside.length, setAside }
}

const refused = (refusal: PageRefusal, action: string | null = null): PageReading<never> => ({
  ok: false,
  refusal,
  action,
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
