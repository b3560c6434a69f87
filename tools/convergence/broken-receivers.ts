import { createMemoryStore } from '@cohort-relay/core'
import { virtualClock } from '../mixpanel-simulator/clock.ts'
import type { PageBody } from '../mixpanel-simulator/pages.ts'
import { createAccount, storeSubject, success } from './store-stage.ts'
import { dateOf, type Stage, type Subject } from './stage.ts'

/** Takes one page into a plain set, as naive receivers do. */
type TakePage = (page: PageBody, set: Set<string>) => void

/** A receiver that is wrong on purpose: the check must catch it. */
export interface BrokenReceiver {
  readonly name: string
  readonly openStage: () => Promise<Stage>
}

interface PageNumber {
  readonly page_count: number
  readonly total_pages: number
}

const numberOf = ({ parameters }: PageBody): PageNumber => parameters['page_info'] as PageNumber
const sessionOf = ({ parameters }: PageBody): string => String(parameters['mixpanel_session_id'])
const idsOf = ({ parameters }: PageBody): string[] =>
  parameters.members.map((member) => member['mixpanel_distinct_id'] ?? '')

/** Pages by export; the newest of each number. */
const createCollector = () => {
  const exports = new Map<string, Map<number, PageBody>>()
  return (page: PageBody): readonly PageBody[] => {
    const name = `${page.action} ${sessionOf(page)}`
    const pages = exports.get(name) ?? new Map<number, PageBody>()
    exports.set(name, pages.set(numberOf(page).page_count, page))
    return [...pages.values()]
  }
}

const applyTo = (set: Set<string>, action: PageBody['action'], ids: readonly string[]): void => {
  if (action === 'members') set.clear()
  for (const id of ids) {
    if (action === 'remove_members') set.delete(id)
    else set.add(id)
  }
}

const whole = (pages: readonly PageBody[], page: PageBody): boolean =>
  pages.length >= numberOf(page).total_pages

/** Applies a full set or a half once all of its pages are here, and never looks back. */
const perSessionAndAction = (): TakePage => {
  const collect = createCollector()
  return (page, set) => {
    const pages = collect(page)
    if (whole(pages, page)) applyTo(set, page.action, pages.flatMap(idsOf))
  }
}

/** Applies each page of a difference when it comes; full sets once they are whole. */
const perPage = (): TakePage => {
  const collected = perSessionAndAction()
  return (page, set) => {
    if (page.action === 'members') collected(page, set)
    else applyTo(set, page.action, idsOf(page))
  }
}

/** Takes an export back as soon as another one comes, as if the sync of each lone half had failed. */
const takingBack = (): TakePage => {
  let before = new Set<string>()
  let newest = ''
  return (page, set) => {
    if (page.action !== 'members' && sessionOf(page) !== newest) {
      if (newest !== '') applyTo(set, 'members', [...before])
      before = new Set(set)
      newest = sessionOf(page)
    }
    applyTo(set, page.action === 'members' ? 'add_members' : page.action, idsOf(page))
  }
}

const plainSubject = (take: TakePage): Subject => {
  const set = new Set<string>()
  const line: Subject['line'] = {
    open: (page) => async () => {
      take(page, set)
      return success
    },
  }
  return {
    cohortId: '1',
    clock: virtualClock(),
    line,
    members: async () => [...set].toSorted(),
    needsReconcile: async () => null,
  }
}

/** The real store, which gets other pages than those that came. Undefined: acknowledged, and forgotten. */
const rewriting = (
  subject: Subject,
  rewrite: (page: PageBody) => Promise<PageBody | undefined>,
): Subject => ({
  ...subject,
  line: {
    open: (page) => async () => {
      const rewritten = await rewrite(page)
      return rewritten === undefined ? success : subject.line.open(rewritten)()
    },
  },
})

const withMembers = (page: PageBody, members: PageBody['parameters']['members']): PageBody => ({
  ...page,
  parameters: { ...page.parameters, members },
})

/** All is real, but a full set counts when its last-numbered page comes, with what is here by then. */
const lastNumberedPage = (subject: Subject): Subject => {
  const collect = createCollector()
  return rewriting(subject, async (page) => {
    if (page.action !== 'members') return page
    const pages = collect(page)
    const { page_count: number, total_pages: total } = numberOf(page)
    if (number < total) return undefined
    const only = { ...page.parameters, page_info: { page_count: 1, total_pages: 1 } }
    return withMembers(
      { ...page, parameters: { ...only, members: [] } },
      pages.flatMap((one) => one.parameters.members),
    )
  })
}

/** All is real, but a full set only adds: who is not in it stays. */
const membersAsAdditions = (subject: Subject): Subject => {
  // The same page again must be the same page again.
  const rewritten = new Map<string, PageBody>()
  return rewriting(subject, async (page) => {
    if (page.action !== 'members') return page
    const name = JSON.stringify(page)
    const known = (await subject.members()).map((id) => ({ mixpanel_distinct_id: id }))
    const next = rewritten.get(name) ?? withMembers(page, [...known, ...page.parameters.members])
    rewritten.set(name, next)
    return next
  })
}

const plainStage = (receive: () => TakePage) => async (): Promise<Stage> => ({
  newSubject: async () => plainSubject(receive()),
  close: async () => {},
})

const realStage = (spoil: (subject: Subject) => Subject) => async (): Promise<Stage> => ({
  newSubject: async () => {
    const [store, clock] = [createMemoryStore(), virtualClock()]
    await createAccount(store, 'broken', dateOf(clock))
    return spoil(storeSubject(store, 'broken', clock))
  },
  close: async () => {},
})

export const brokenReceivers: readonly BrokenReceiver[] = [
  { name: 'applies each page', openStage: plainStage(perPage) },
  { name: 'applies each session and action', openStage: plainStage(perSessionAndAction) },
  { name: 'replaces on the last-numbered page', openStage: realStage(lastNumberedPage) },
  { name: 'treats members as additions', openStage: realStage(membersAsAdditions) },
]

/** Right for pairs, wrong for a sender that never sends any. */
export const takesLoneHalvesBack: BrokenReceiver = {
  name: 'takes lone halves back',
  openStage: plainStage(takingBack),
}
