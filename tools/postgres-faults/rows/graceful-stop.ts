import { setTimeout } from 'node:timers/promises'
import { openPostgresStore } from '@cohort-relay/core'
import { createSeededRandom } from '../../crash/seeded-random.ts'
import { askWhileDelivering, askWhileDraining } from '../ask-while-draining.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld, type RelayWorld } from '../open-relay-world.ts'
import { stopMigration } from '../stop-migration.ts'
import type { Relay } from '../start-relay.ts'
import { until } from '../until.ts'

const drainSeconds = 25

interface Stop {
  readonly seconds: number
  readonly problems: readonly string[]
}

/** Told to end, now and then twice, and started again. */
const restart = async (relay: Relay, signals: readonly NodeJS.Signals[]): Promise<Stop> => {
  const start = performance.now()
  for (const signal of signals) {
    relay.signal(signal)
    await setTimeout(30)
  }
  const how = await relay.ended()
  const seconds = (performance.now() - start) / 1000
  await relay.start()
  const problems = how === 0 ? [] : [`a process that was told to end ended with ${how}`]
  if (seconds > drainSeconds) problems.push(`a process took ${seconds.toFixed(1)} s to end`)
  return { seconds, problems }
}

/** Restarts under load: workers while calls are under way, then every process one after another. */
const restartAll = async (relays: RelayWorld, parts: PlayParts, signals: readonly NodeJS.Signals[]) => {
  const { runs, seed, tick } = parts
  const traffic = relays.traffic({ seed, waitScale: 2 })
  const stops: Stop[] = []
  await until(() => relays.partner.calls() > 10, { limit: 30_000 })
  const all = [...relays.workers, ...relays.receivers]
  for (let run = 1; run <= runs; run += 1) {
    await until(() => relays.partner.underWay() > 0, { limit: 5000, every: 5 })
    stops.push(await restart(all[run % all.length]!, run % 5 === 0 ? [...signals, ...signals] : signals))
    tick()
  }
  const result = await traffic.stop()
  const problems = [...stops.flatMap((stop) => stop.problems), ...(await relays.differences(result))]
  return { result, problems, slowest: Math.max(0, ...stops.map(({ seconds }) => seconds)) }
}

const play =
  (signals: readonly NodeJS.Signals[]) =>
  async (parts: PlayParts): Promise<Finding> => {
    const relays = await openRelayWorld(parts.cleanup, {
      receivers: 2,
      workers: 2,
      leaseSeconds: 3,
      latency: 40,
    })
    const { result, problems, slowest } = await restartAll(relays, parts, signals)
    const twice = relays.partner.repeatedCalls()
    if (twice > 0) problems.push(`${twice} calls came twice`)
    if (result.failedSyncs + result.pausedSyncs > 0)
      problems.push(
        `${result.failedSyncs} of ${result.syncs} syncs failed, ${result.pausedSyncs} were paused`,
      )
    const figure = `ended in ${slowest.toFixed(1)} s at most, ${twice} calls twice, ${result.failedSyncs} of ${result.syncs} syncs failed`
    if (signals.includes('SIGKILL')) return { n: parts.runs, figure, problems }
    problems.push(...(await askWhileDelivering(relays, parts)))
    for (const role of ['all', 'receive'] as const)
      problems.push(...(await askWhileDraining(relays, { role, seconds: 3 }, parts.cleanup)))
    const gone = await askWhileDraining(relays, { role: 'receive', seconds: 0 }, parts.cleanup)
    if (gone.length === 0) problems.push('a receiver that is gone at once was not noticed (negative control)')
    const random = createSeededRandom(parts.seed)
    for (let run = 1; run <= (parts.quick ? 1 : 10); run += 1) {
      const url = await stopMigration(relays, random.between(100, 2500))
      await openPostgresStore({ url, poolSize: 2 }).then(
        (store) => store.close(),
        (error: Error) => problems.push(`a migration that was stopped: ${error.message}`),
      )
    }
    return { n: parts.runs, figure, problems }
  }

export const gracefulStop: FaultRow = {
  id: 'D-12',
  fault: 'SIGTERM under load, every fifth time twice, in rolling restarts and while migrating',
  invariant: 'exit 0 in 25 s; nothing twice; no sync fails; 503 and Connection: close',
  runs: 50,
  quickRuns: 0,
  play: play(['SIGTERM']),
  control: { broken: 'a process that ends without draining', runs: 12, play: play(['SIGKILL']) },
}
