import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { CohortTally } from '../cohort-tally.ts'
import type { PageSource } from '../page-source.ts'
import type { MemberRows } from './member-rows.ts'
import type { PageRows, WaitingPage } from './page-rows.ts'
import type { CountAfter, RemovalRows } from './removal-rows.ts'
import type { QueuedSession } from '../queued-session.ts'
import type { StepRows } from './step-rows.ts'

export interface PageApplierParts {
  readonly pages: PageRows
  readonly members: MemberRows
  readonly steps: StepRows
  readonly removals: RemovalRows
}

/** Applies the next page of a session to its cohort. False when none is left. */
export const createPageApplier =
  ({ pages, members, steps, removals }: PageApplierParts) =>
  (working: QueuedSession, source: PageSource, tally: CohortTally): boolean => {
    const page = pages.next(source.id)
    if (page === undefined) return false
    const after = tally.sequence
    const rows = applyContent(members, { page, effect: effectOf(source, removals), tally })
    pages.acknowledge(page.id, rows)
    steps.recordOrigin({ ...working, id: source.id }, tally, { after, pageKey: page.pageKey })
    return true
  }

type Effect = 'add' | 'remove' | 'hold'

const effectOf = ({ id, action }: PageSource, removals: RemovalRows): Effect => {
  if (action !== 'remove') return 'add'
  return removals.isHeld(id) ? 'hold' : 'remove'
}

/** Counts, in the next page of a session after this one, the members who are in its cohort. */
export const createPageCounter =
  ({ pages, members }: Pick<PageApplierParts, 'pages' | 'members'>): CountAfter =>
  ({ id, cohort }, after) => {
    const page = pages.next(id, after)
    if (page === undefined) return undefined
    const { content } = page
    const present =
      content instanceof Uint32Array
        ? content.filter((row) => members.isPresent(row)).length
        : readAgain(page.id, content).filter((one) => members.find(cohort, one.id)?.present === true).length
    return { page: page.id, present }
  }

interface Content {
  readonly page: WaitingPage
  readonly effect: Effect
  readonly tally: CohortTally
}

/** Rows of the members that the page names, as far as they are known. */
const applyContent = (members: MemberRows, { page, effect, tally }: Content): number[] => {
  if (page.content instanceof Uint32Array) {
    for (const row of page.content) {
      if (effect === 'hold') members.holdRow(tally, row)
      else members.setPresent(tally, row, effect === 'add')
    }
    return [...page.content]
  }
  const rows = readAgain(page.id, page.content).map((member) => members[effect](tally, member))
  return rows.filter((row) => row !== undefined)
}

const readAgain = (id: number, body: Buffer) => {
  const reading = readCohortPage(body, { exactIntegers: true })
  if (reading.ok) return reading.page.members
  throw new StoreUnavailableError(`Stored page ${id} can no longer be read: ${reading.refusal}`)
}
