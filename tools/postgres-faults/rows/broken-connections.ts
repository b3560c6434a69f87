import { Client } from 'pg'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { runPooledSuite } from '../run-pooled-suite.ts'
import { figureOf, harmUnderLoad, type Harm, type Harmed, type Recovery } from '../harm-under-load.ts'

const kill = async ({ world, url }: Harmed, which: string): Promise<() => void> => {
  await world.ask(
    url,
    `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
       WHERE application_name = 'cohort-relay' ${which}) AS victim`,
  )
  return () => {}
}

/** Holds every connection that the server has, ours included. */
const takeAll = async (harmed: Harmed): Promise<() => Promise<void>> => {
  const { world, url } = harmed
  const admin = await world.connect(url)
  const held: Client[] = []
  const isFull = async (): Promise<boolean> => {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    return client.connect().then(
      () => {
        held.push(client)
        return false
      },
      () => true,
    )
  }
  for (let round = 0; round < 5; round += 1) {
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cohort-relay'",
    )
    while (!(await isFull()));
  }
  return async () => {
    await Promise.all(held.map((client) => client.end()))
    await admin.end()
  }
}

const lockPages = async ({ world, url }: Harmed): Promise<() => Promise<void>> => {
  const client = await world.connect(url)
  await client.query('BEGIN; LOCK TABLE cohort_relay.page')
  return async () => void (await client.query('ROLLBACK'))
}

const silence = async ({ proxy }: Harmed): Promise<() => void> => {
  proxy.setMode('silent')
  return () => proxy.setMode('pass')
}

const harms = (quick: boolean): readonly Harm[] => [
  { name: 'one connection killed', harm: (harmed) => kill(harmed, 'LIMIT 1'), seconds: 0 },
  { name: 'all connections killed', harm: (harmed) => kill(harmed, ''), seconds: 0 },
  { name: 'no sound from the server', harm: silence, seconds: quick ? 2 : 20 },
  { name: 'the pool is used up', harm: lockPages, seconds: quick ? 7 : 20 },
  {
    name: 'too many clients',
    harm: takeAll,
    seconds: quick ? 2 : 10,
    settings: { max_connections: '20' },
  },
  { name: 'a transaction pooler', harm: async () => () => {}, seconds: quick ? 1 : 20, pools: true },
]

const play = async ({ runs, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
  const recoveries: Recovery[] = []
  for (let run = 1; run <= runs; run += 1) {
    for (const harm of harms(quick)) recoveries.push(await harmUnderLoad(cleanup, harm))
    tick()
  }
  const problems = recoveries.flatMap((recovery) => recovery.problems)
  const figure = figureOf(recoveries)
  if (quick) return { n: recoveries.length, figure, problems }
  const suite = await runPooledSuite()
  problems.push(...suite.problems)
  return { n: recoveries.length, figure: `${figure}; ${suite.tests} tests behind a pooler`, problems }
}

/** Takes up to a minute longer than it should to notice. */
const never = (): Promise<never> => new Promise(() => {})

const waiting: Harm['breaking'] = (store) => ({
  storePage: (arrival) => store.storePage(arrival).catch(never),
})

export const brokenConnections: FaultRow = {
  id: 'D-04',
  fault: 'connections killed, silent, used up, refused, or pooled by transaction',
  invariant: 'recovers in 30 s; 503 and no hang; nothing lost',
  runs: 3,
  quickRuns: 0,
  play,
  control: {
    broken: 'a store that waits for ever on a silent server',
    runs: 1,
    play: async ({ cleanup }) => {
      const recovery = await harmUnderLoad(cleanup, {
        name: 'no sound from the server',
        harm: silence,
        // Longer than a statement may be silent: pages under way are given up, whatever the moment.
        seconds: 15,
        breaking: waiting,
      })
      return { n: 1, figure: figureOf([recovery]), problems: recovery.problems }
    },
  },
}
