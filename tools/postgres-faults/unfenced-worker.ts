// The negative control: a worker of the real parts on a store without the fence, which takes whatever the newest lease
// is for the turn's own. What a zombie records late is kept then, and the row must notice.
import type { Store } from '@cohort-relay/core'
import { Pool } from 'pg'
import { runBrokenRelay } from './run-broken-relay.ts'

type Turn = Parameters<Store['recordOutcomes']>[0]

const unfenced = (store: Store, url: string): Store => {
  const pool = new Pool({ connectionString: url, max: 2 })
  const renewed = async (turn: Turn): Promise<Turn> => {
    const sql = 'SELECT lease::integer FROM cohort_relay.destination WHERE id = $1'
    const { rows } = await pool.query<{ lease: number }>(sql, [turn.destinationId])
    return { ...turn, lease: rows[0]?.lease ?? turn.lease }
  }
  return {
    ...store,
    // A lease that its holder never sees run out.
    renewLease: async () => true,
    recordOutcomes: async (turn, outcomes) => store.recordOutcomes(await renewed(turn), outcomes),
    recordAudience: async (turn, id) => store.recordAudience(await renewed(turn), id),
    postponeFeed: async (turn, postponement) => store.postponeFeed(await renewed(turn), postponement),
  }
}

await runBrokenRelay(unfenced)
