import type { SetAsideMember } from './set-aside-member.ts'

/** One webhook body in our own words, without its members. */
export interface PageSummary {
  /** `replace`: the members are the whole set, or a page of it. `add`, `remove`: a difference. */
  readonly action: PageAction
  /** The action as Mixpanel wrote it, to be echoed in the answer. */
  readonly mixpanelAction: string
  readonly cohort: PageCohort
  /** Names the export; null when the body names none. */
  readonly sessionId: string | null
  /** Any base: some senders count from 0. Null when the body does not say. */
  readonly pageNumber: number | null
  /** Pages of this session and action. 0 is a legal empty export. Null when the body does not say. */
  readonly totalPages: number | null
  /** Usable members, duplicates counted. */
  readonly memberCount: number
  readonly setAside: readonly SetAsideMember[]
}

/** One webhook body in our own words. */
export interface CohortPage extends PageSummary {
  /** Distinct by id; of duplicates the last one. */
  readonly members: readonly PageMember[]
}

export type PageAction = 'replace' | 'add' | 'remove'

export interface PageCohort {
  /** Empty when the body names no project. */
  readonly projectId: string
  readonly id: string
  /** The id when the body has no name. */
  readonly name: string
  readonly description: string
}

export interface PageMember {
  readonly id: string
  /** As exported, the id included. Integers beyond 2^53 are bigint when the page was read with `exactIntegers`. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** Why a page can never be applied. */
export type PageRefusal =
  | 'not-utf8'
  | 'not-json'
  | 'not-an-object'
  | 'too-deep'
  | 'action-missing'
  | 'action-unknown'
  | 'cohort-id-missing'
  | 'cohort-id-unusable'
  | 'project-id-unusable'
  | 'members-missing'

export type PageReading<Page = CohortPage> =
  | { readonly ok: true; readonly page: Page }
  | {
      readonly ok: false
      readonly refusal: PageRefusal
      /** The action as it came, where it is text. */
      readonly action: string | null
    }
