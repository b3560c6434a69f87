import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld, type RelayWorld } from '../open-relay-world.ts'
import { until } from '../until.ts'

type Mode = 'fast' | 'immediate'

const modes: readonly Mode[] = ['fast', 'immediate']
/** The longest one once: nothing that waits is given up in two minutes either. */
const downtimes = (quick: boolean, isFirst: boolean): readonly number[] => {
  if (quick) return [1]
  return isFirst ? [1, 3, 30, 120] : [1, 3, 30]
}
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

const play =
  (worker?: string) =>
  async ({ runs, seed, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
    const relays = await openRelayWorld(cleanup, {
      receivers: 1,
      workers: 2,
      leaseSeconds: 15,
      accounts: 2,
      ...(worker && { worker }),
    })
    const traffic = relays.traffic({ seed })
    await until(() => relays.partner.calls() > 10, { limit: 30_000 })
    const problems: string[] = []
    let [slowest, n] = [0, 0]
    for (let run = 1; run <= runs; run += 1) {
      const seconds = downtimes(quick, run === 1)
      for (const outage of modes.flatMap((mode) => seconds.map((one) => ({ mode, seconds: one })))) {
        const resumed = await outageOnce(relays, outage)
        slowest = Math.max(slowest, resumed)
        n += 1
        const found = problemsAfter(relays, outage, resumed)
        problems.push(...found.problems)
        if (found.isOver) return { n, figure: 'a process ended', problems }
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

/** What is wrong after one outage, and whether a process ended by it. */
const problemsAfter = ({ receivers, workers }: RelayWorld, { mode, seconds }: Outage, resumed: number) => {
  const name = `${mode}, down ${seconds} s`
  const problems =
    resumed > resumeSeconds ? [`${name}: resumed ${resumed.toFixed(1)} s after its return`] : []
  const ended = [...receivers, ...workers].filter((relay) => !relay.isUp())
  for (const relay of ended) problems.push(`${name}: a process ended: ${relay.lastLines().at(-1) ?? ''}`)
  return { problems, isOver: ended.length > 0 }
}

export const serverOutage: FaultRow = {
  id: 'D-03',
  fault: 'the server stops fast or immediately, and is down 1, 3 and 30 s, once 120 s',
  invariant: 'no process ends; resumes ≤ 15 s after its return; sets equal',
  runs: 20,
  quickRuns: 0,
  play: play(),
  control: {
    broken: 'a worker that does not expect its connections to break',
    runs: 1,
    play: (parts) =>
      play(fileURLToPath(new URL('../unguarded-worker.ts', import.meta.url)))({ ...parts, quick: true }),
  },
}
