import type { Queries } from './database.ts'

/**
 * Takes the feeds of an account that is disabled, and of its destinations that are paused, out of the index of what is due,
 * and puts the others back in.
 */
export const withholdFeeds = async (queries: Queries, accountId: string): Promise<void> => {
  await queries.run('SELECT cohort_relay.withhold_feeds($1)', [accountId])
}
