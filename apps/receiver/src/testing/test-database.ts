import type { Store } from '@cohort-relay/core'
import type { DatabaseConfig } from '../config.ts'

/** A database with nothing in it. It outlives receivers: whoever opens it again finds what was there. */
export interface TestDatabase {
  readonly config: DatabaseConfig
  /** What tells the program to use it. */
  readonly environment: Readonly<Record<string, string>>
  open(): Promise<Store>
  /** Rows of the tables of pages, sessions and cohorts, read past the receiver. */
  rows(): Promise<Record<string, unknown>>
  /** All that is stored, as text. */
  text(): Promise<string>
}

/** A sync is one step: in how many calls a partner hears of it is no matter of this machine's speed. */
export const stepMilliseconds = 60_000

/** Counts the rows of some tables, in SQL that both stores understand. */
export const rowsSql = (schema: string): string =>
  `SELECT (SELECT count(*) FROM ${schema}.page) AS pages, (SELECT count(*) FROM ${schema}.session) AS sessions,
     (SELECT count(*) FROM ${schema}.cohort) AS cohorts`
