import { describeClearing } from '../transfer/testing/describe-clearing.ts'
import { ask, newDatabase, openTestStore } from './testing/test-store.ts'

const dump = async (url: string): Promise<Record<string, string[]>> => {
  const names = await ask(
    url,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'cohort_relay'::regnamespace
       AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`,
  )
  const tables: Record<string, string[]> = {}
  for (const { name } of names) {
    const rows = await ask(url, `SELECT t::text AS row FROM cohort_relay.${name} AS t`)
    tables[String(name)] = rows.map(({ row }) => String(row))
  }
  return tables
}

describeClearing('the PostgreSQL store', async () => {
  const url = await newDatabase()
  return { open: () => openTestStore(url, { stepMilliseconds: 0 }), dump: () => dump(url) }
})
