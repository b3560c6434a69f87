import { setTimeout } from 'node:timers/promises'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld, type RelayWorld } from '../open-relay-world.ts'
import { until } from '../until.ts'

type Mode = 'fast' | 'immediate'

const modes: readonly Mode[] = ['fast', 'immediate']
const downtimes = (quick: boolean): readonly number[] => (quick ? [1] : [1, 3, 30])
const resumeSeconds = 15

interface Outage {
  readonly mode: Mode
  readonly seconds: number
}

/** Seconds from the server's return to the next call of the partner. */
const outageOnce = async (relays: RelayWorld, { mode, seconds }: Outage): Promise<number> => {
  const { world, partner } = relays
  await world.server.stop(mode)
  await setTimeout(seconds * 1000)
  await world.server.start()
  const calls = partner.calls()
  const resumed = await until(() => partner.calls() > calls, { limit: 60_000 })
  // As it is between outages in earnest, too.
  await setTimeout(1000)
  return (resumed ?? 60_000) / 1000
}

const play = async ({ runs, seed, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
  const relays = await openRelayWorld(cleanup, { receivers: 1, workers: 2, leaseSeconds: 15, accounts: 2 })
  const traffic = relays.traffic({ seed })
  await until(() => relays.partner.calls() > 10, { limit: 30_000 })
  const problems: string[] = []
  const all = modes.flatMap((mode) => downtimes(quick).map((seconds) => ({ mode, seconds })))
  let [slowest, n] = [0, 0]
  for (let run = 1; run <= runs; run += 1) {
    for (const outage of all) {
      const seconds = await outageOnce(relays, outage)
      slowest = Math.max(slowest, seconds)
      n += 1
      const name = `${outage.mode}, down ${outage.seconds} s`
      if (seconds > resumeSeconds) problems.push(`${name}: resumed ${seconds.toFixed(1)} s after its return`)
      const ended = [...relays.receivers, ...relays.workers].filter((relay) => !relay.isUp())
      for (const relay of ended) problems.push(`${name}: a process ended: ${relay.lastLines().at(-1) ?? ''}`)
      if (ended.length > 0) return { n, figure: 'a process ended', problems }
    }
    tick()
  }
  const result = await traffic.stop()
  problems.push(...(await relays.differences(result)))
  if (result.pausedSyncs > 0) problems.push(`${result.pausedSyncs} syncs were paused`)
  const twice = relays.partner.repeatedCalls()
  const figure = `resumed after ${slowest.toFixed(1)} s at most, ${twice} calls twice of ${relays.partner.calls()}`
  return { n, figure, problems }
}

export const serverOutage: FaultRow = {
  id: 'D-03',
  fault: 'the server stops fast or immediately, and is down 1, 3 and 30 s',
  invariant: 'no process ends; resumes ≤ 15 s after its return; sets equal',
  runs: 20,
  quickRuns: 0,
  play,
}
