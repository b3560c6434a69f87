import { StoreUnavailableError } from '@cohort-relay/core'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { figureOf, harmUnderLoad, type Harm, type Harmed, type Recovery } from '../harm-under-load.ts'

/** As a server is after another one took its place: it still answers, and takes no writes. */
const refuseWrites = async ({ world, url }: Harmed): Promise<() => Promise<void>> => {
  const client = await world.connect(url)
  const change = async (sql: string): Promise<void> => {
    await client.query('SET default_transaction_read_only = off')
    await client.query(sql)
    await client.query('SELECT pg_reload_conf()')
  }
  await change('ALTER SYSTEM SET default_transaction_read_only = on')
  return () => change('ALTER SYSTEM RESET default_transaction_read_only')
}

const play =
  (breaking: Harm['breaking']) =>
  async ({ runs, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
    const recoveries: Recovery[] = []
    for (let run = 1; run <= runs; run += 1) {
      const name = `run ${run}`
      const harm = { name, harm: refuseWrites, seconds: quick ? 2 : 10 }
      recoveries.push(await harmUnderLoad(cleanup, { ...harm, ...(breaking && { breaking }) }))
      tick()
    }
    const problems = recoveries.flatMap((recovery) => recovery.problems)
    if (recoveries.some(({ refused }) => refused === 0)) problems.push('no page was refused meanwhile')
    return { n: runs, figure: figureOf(recoveries), problems }
  }

export const readOnlyServer: FaultRow = {
  id: 'D-05',
  fault: 'the server takes no writes for a while, by a reload',
  invariant: '503; nothing marked as failed; resumes; nothing lost',
  runs: 10,
  quickRuns: 0,
  play: play(undefined),
  control: {
    broken: 'a store that takes a page as stored when the server takes no writes',
    runs: 1,
    play: play((store) => ({
      storePage: (arrival) =>
        store.storePage(arrival).catch((error: unknown) => {
          if (!(error instanceof StoreUnavailableError)) throw error
          return { decision: 'stored', canApply: true, held: false, altered: null }
        }),
    })),
  },
}
