/** What Mixpanel does not document, and receivers meet. */
export interface PageNumbering {
  /** Default 1. */
  readonly firstPage?: 0 | 1
  /** True: numbers are written as text. Default false. */
  readonly asText?: boolean
  /** `total_pages` of an export without members. Default 1. */
  readonly emptyTotal?: 0 | 1
}

/** The `page_info` of the page at `index`, from 0; `pages` is 0 for an export without members. */
export const pageInfo = (
  { firstPage = 1, asText = false, emptyTotal = 1 }: PageNumbering = {},
  index: number,
  pages: number,
): Record<string, number | string> => {
  const total = pages === 0 ? emptyTotal : pages
  const number = index + firstPage
  return asText
    ? { total_pages: String(total), page_count: String(number) }
    : { total_pages: total, page_count: number }
}
