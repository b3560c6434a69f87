import { gatePage, type StoreDecision } from '../../intake/gate-page.ts'
import { comingInMinutes } from '../../intake/lifetimes.ts'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage, PageReceipt, PageStore } from '../../intake/page-store.ts'
import { notTaken, receiptOf } from '../../intake/receipt-of.ts'
import { countSetAside } from '../../webhook/count-set-aside.ts'
import { compressPage, releaseBody } from '../compress-page.ts'
import { digestOf } from '../fingerprint.ts'
import { lockCohort } from './cohort-rows.ts'
import type { Database, Queries } from './database.ts'
import { recordRepeat } from './repeat-rows.ts'
import { recordReply } from './reply-rows.ts'
import { number } from './row.ts'
import { askGate, heardOf, takeSession, wholeSql } from './session-rows.ts'

/** Two selects, since each state has an index of its own. */
const waitingSql = `SELECT count(*) AS pages FROM (
    SELECT session.id FROM cohort_relay.cohort JOIN cohort_relay.session ON session.cohort = cohort.id
    WHERE account_id = $1 AND state = 'whole'
    UNION ALL SELECT session.id FROM cohort_relay.cohort JOIN cohort_relay.session ON session.cohort = cohort.id
    WHERE account_id = $1 AND state = 'open' AND last_page_at > $2
  ) AS waiting JOIN cohort_relay.page ON page.session = waiting.id AND pending`

type PageOperations = Omit<PageStore, 'applyNext' | 'approveRemovals'>

/** Stores pages as they came. */
export const pageOperations = (database: Database): PageOperations => ({
  storePage: async (arrival) => {
    const digest = digestOf(arrival.body)
    const compressed = await compressPage(arrival.body)
    releaseBody(arrival.body)
    return database.transaction((queries) => storePage(queries, arrival, { digest, compressed }))
  },
  countWaitingPages: async (accountId, now) => {
    const since = new Date(now.getTime() - comingInMinutes * 60_000)
    return number(await database.one(waitingSql, [accountId, since]), 'pages')
  },
  recordReply: (accountId, cohort, reply) => recordReply(database, accountId, { cohort, reply }),
})

interface Content {
  readonly digest: string
  readonly compressed: Buffer
}

/** The cohort's row is locked first: where a page belongs is decided by one receiver at a time. */
const storePage = async (queries: Queries, arrival: ArrivedPage, content: Content): Promise<PageReceipt> => {
  const { page, accountId } = arrival
  const { digest } = content
  const locked = await lockCohort(queries, accountId, page.cohort)
  if (locked === undefined) return notTaken
  const { id: cohort, held, merges } = locked
  const question = await askGate(queries, cohort, { page, digest })
  const decision = gatePage({ ...question, merges })
  const receipt = receiptOf(question, decision, held)
  if (decision.kind === 'repeat') {
    await recordRepeat(queries, cohort, { page, digest, marks: decision.marks })
    await heardOf(queries, cohort, arrival)
  }
  if (decision.kind !== 'store') return receipt
  const session = await takeSession(queries, cohort, { arrival, decision })
  await keep(queries, arrival, { ...content, session, decision })
  if (decision.whole) await queries.run(wholeSql, [session])
  return receipt
}

interface Keeping extends Content {
  readonly session: number
  readonly decision: StoreDecision
}

const keep = async (
  queries: Queries,
  { page, receivedAt }: ArrivedPage,
  { session, decision, digest, compressed }: Keeping,
): Promise<void> => {
  const { memberCount, setAside, pageNumber } = page
  const reasons = setAside.length > 0 ? JSON.stringify(countSetAside(setAside)) : null
  await queries.run(
    `INSERT INTO cohort_relay.page AS page(session, page_key, page_number, digest, received_at, members, set_aside,
       set_aside_reasons, resent, body) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT(session, page_key) DO UPDATE SET digest = excluded.digest, received_at = excluded.received_at,
       members = excluded.members, set_aside = excluded.set_aside, set_aside_reasons = excluded.set_aside_reasons,
       resent = excluded.resent, body = excluded.body, receipt = NULL, pending = true, applied = 0, repeats = 0`,
    [
      session,
      pageKey(page, digest),
      pageNumber,
      digest,
      receivedAt,
      memberCount,
      setAside.length,
      reasons,
      decision.restarted,
      compressed,
    ],
  )
}
