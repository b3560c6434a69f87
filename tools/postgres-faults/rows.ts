import type { FaultRow } from './fault-row.ts'
import { brokenConnections } from './rows/broken-connections.ts'
import { contendedLocks } from './rows/contended-locks.ts'
import { gracefulStop } from './rows/graceful-stop.ts'
import { heldTransaction } from './rows/held-transaction.ts'
import { killedWorkers, killing } from './rows/killed-workers.ts'
import { lostCommitAnswer } from './rows/lost-commit-answer.ts'
import { lostWakeUp } from './rows/lost-wake-up.ts'
import { manyWorkers } from './rows/many-workers.ts'
import { orphanedJob } from './rows/orphaned-job.ts'
import { poisonFeed } from './rows/poison-feed.ts'
import { readOnlyServer } from './rows/read-only-server.ts'
import { serverCrash } from './rows/server-crash.ts'
import { serverOutage } from './rows/server-outage.ts'
import { splitSessions } from './rows/split-sessions.ts'
import { stuckFeeds } from './rows/stuck-feeds.ts'
import { unsafeServer } from './rows/unsafe-server.ts'
import { zombieWorkers } from './rows/zombie-workers.ts'

/** In the order in which they are played. */
export const faultRows: readonly FaultRow[] = [
  serverCrash,
  unsafeServer,
  lostCommitAnswer,
  lostWakeUp,
  killedWorkers,
  zombieWorkers,
  serverOutage,
  brokenConnections,
  readOnlyServer,
  contendedLocks,
  heldTransaction,
  manyWorkers,
  splitSessions,
  poisonFeed,
  stuckFeeds,
  gracefulStop,
  orphanedJob,
  killing,
]

/** Throws, naming the rows there are, for one that there is not. */
export const chooseRows = ({
  only,
  quick,
}: {
  readonly only: readonly string[]
  readonly quick: boolean
}): readonly FaultRow[] => {
  const known = faultRows.map(({ id }) => id)
  const unknown = only.find((id) => !known.includes(id))
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}. There are: ${known.join(', ')}.`)
  return faultRows.filter(({ id, quickRuns }) =>
    only.length > 0 ? only.includes(id) : !quick || quickRuns > 0,
  )
}
