import type { PageBody } from './pages.ts'

/** What came back of one try. `noAnswer` tells why nothing did. */
export type Reply = { readonly status: number; readonly text: string } | { readonly noAnswer: string }

/** One HTTP request and its answer. Never throws. */
export type Try = () => Promise<Reply>

/** The way from Mixpanel to whoever receives. */
export interface Line {
  /** Called once for each call; the result is called once for each try of it, one after another. */
  readonly open: (page: PageBody) => Try
}
