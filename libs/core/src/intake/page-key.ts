import type { PageSummary } from '../webhook/cohort-page.ts'

/** What tells the pages of a session apart: the number, or the content where no number is given. */
export const pageKey = ({ pageNumber }: Pick<PageSummary, 'pageNumber'>, digest: string): string =>
  pageNumber === null ? `content:${digest}` : String(pageNumber)
