import type { PageAction } from '../../webhook/cohort-page.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { CohortTally, MemberRows } from './member-rows.ts'
import type { PageRows, WaitingPage } from './page-rows.ts'
import type { QueuedSession } from './session-queue.ts'
import type { StepRows } from './step-rows.ts'

export interface PageApplierParts {
  readonly pages: PageRows
  readonly members: MemberRows
  readonly steps: StepRows
}

/** A session whose pages are applied on behalf of the one that is being worked on. */
export interface PageSource {
  readonly id: number
  readonly action: PageAction
}

/** Applies the next page of a session to its cohort. False when none is left. */
export const createPageApplier =
  ({ pages, members, steps }: PageApplierParts) =>
  (working: QueuedSession, source: PageSource, tally: CohortTally): boolean => {
    const page = pages.next(source.id)
    if (page === undefined) return false
    const after = tally.sequence
    const rows = applyContent(members, { page, isRemoval: source.action === 'remove', tally })
    pages.acknowledge(page.id, rows)
    steps.recordOrigin({ ...working, id: source.id }, tally, { after, pageKey: page.pageKey })
    return true
  }

interface Content {
  readonly page: WaitingPage
  readonly isRemoval: boolean
  readonly tally: CohortTally
}

/** Rows of the members that the page names, as far as they are known. */
const applyContent = (members: MemberRows, { page, isRemoval, tally }: Content): number[] => {
  if (page.content instanceof Uint32Array) {
    for (const row of page.content) members.setPresent(tally, row, !isRemoval)
    return [...page.content]
  }
  const rows = readAgain(page.id, page.content).map((member) =>
    isRemoval ? members.remove(tally, member) : members.add(tally, member),
  )
  return rows.filter((row) => row !== undefined)
}

const readAgain = (id: number, body: Buffer) => {
  const reading = readCohortPage(body, { exactIntegers: true })
  if (reading.ok) return reading.page.members
  throw new StoreUnavailableError(`Stored page ${id} can no longer be read: ${reading.refusal}`)
}
