import { setTimeout } from 'node:timers/promises'
import { openPostgresStore } from '@cohort-relay/core'
import { createSeededRandom } from '../../crash/seeded-random.ts'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld, type RelayWorld } from '../open-relay-world.ts'
import { stopMigration } from '../stop-migration.ts'
import { startRelay, type Relay } from '../start-relay.ts'
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

/** What a process that drains answers to a page: 503, and that the connection ends. */
const askWhileDraining = async (relays: RelayWorld, parts: PlayParts): Promise<string[]> => {
  const { partner, environment, senders } = relays
  const relay = await startRelay({ role: 'all', environment }, parts.cleanup)
  partner.setLatency(3000)
  const post = (): Promise<Response> =>
    fetch(`${relay.url}/webhooks/mixpanel`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': senders[0]!.key },
      body: '{}',
    })
  // Every other worker is stopped, so that the call under way is this one's.
  for (const worker of relays.workers) worker.signal('SIGSTOP')
  const holds = async (): Promise<boolean> => (await relays.heldBy(relay.holder())).size > 0
  const traffic = relays.traffic({ seed: parts.seed + 1 })
  const isHolding = await until(holds, { limit: 20_000 })
  relay.signal('SIGTERM')
  await until(() => relay.logged('receiver.stopping') > 0, { limit: 5000 })
  const answer = await post().catch(() => undefined)
  const problems: string[] = []
  if (isHolding === undefined) problems.push('the process had no call under way')
  if (answer?.status !== 503)
    problems.push(`a page while draining was answered ${answer?.status ?? 'nothing'}`)
  if (answer?.headers.get('connection') !== 'close') problems.push('the connection was not to be closed')
  partner.setLatency(20)
  if ((await relay.ended()) !== 0) problems.push('a draining process did not end with 0')
  for (const worker of relays.workers) worker.signal('SIGCONT')
  problems.push(...(await relays.differences(await traffic.stop())))
  return problems
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
    problems.push(...(await askWhileDraining(relays, parts)))
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
