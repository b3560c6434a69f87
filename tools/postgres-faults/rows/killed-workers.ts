import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld } from '../open-relay-world.ts'
import { percentile } from '../percentile.ts'
import { killNoted, watchTakeovers } from '../watch-takeovers.ts'

interface KillingPlan {
  readonly receivers: number
  /** True: receivers are killed in turn with workers. */
  readonly killsReceivers: boolean
  readonly leaseSeconds: number
  /** In place of the service. */
  readonly receiver?: string
}

const everySeconds = 5
const resumeSeconds = 30
/** A turn is a call that removes and one that adds, at most. */
const callsPerTurn = 2

const play =
  ({ receivers, killsReceivers, leaseSeconds, receiver }: KillingPlan) =>
  async ({ runs, seed, quick, cleanup, tick }: PlayParts): Promise<Finding> => {
    const lease = quick ? Math.min(leaseSeconds, 3) : leaseSeconds
    const relays = await openRelayWorld(cleanup, {
      receivers,
      workers: 2,
      leaseSeconds: lease,
      latency: 60,
      receiver,
    })
    const takeovers = watchTakeovers(relays)
    const traffic = relays.traffic({ seed })
    const victims = killsReceivers
      ? [relays.receivers[0]!, relays.workers[0]!, relays.receivers[1]!, relays.workers[1]!]
      : relays.workers
    await setTimeout(2000)
    for (let kills = 0; kills < runs; kills += 1) {
      const next = performance.now() + everySeconds * 1000
      await killNoted(victims[kills % victims.length]!, takeovers)
      tick()
      await setTimeout(Math.max(0, next - performance.now()))
    }
    const result = await traffic.stop()
    const problems = await relays.differences(result)
    const seconds = await takeovers.stop()
    const p95 = percentile(seconds, 0.95)
    const repeated = relays.partner.repeatedCalls()
    const bound = takeovers.inFlight() * callsPerTurn
    if (p95 > resumeSeconds)
      problems.push(`the work of a dead worker resumed after ${p95.toFixed(1)} s (p95)`)
    if (repeated > bound) problems.push(`${repeated} calls came twice, and ${bound} were in flight`)
    if (relays.partner.mostAtOnce() > 1) problems.push('a destination had two calls at once')
    if (result.pausedSyncs > 0) problems.push(`${result.pausedSyncs} syncs were paused`)
    const figure = `${takeovers.inFlight()} turns in flight, resumed p95 ${p95.toFixed(1)} s, ${repeated} calls twice of ${relays.partner.calls()}, ${result.failedSyncs} of ${result.syncs} syncs given up`
    return { n: runs, figure, problems }
  }

export const killedWorkers: FaultRow = {
  id: 'D-01',
  fault: 'kill -9 of a worker in mid-call, every 5 s',
  invariant: 'resumes p95 ≤ 30 s; twice ≤ in flight; sets equal',
  runs: 60,
  runsPerMinute: 60 / everySeconds,
  quickRuns: 0,
  play: play({ receivers: 1, killsReceivers: false, leaseSeconds: 15 }),
  control: {
    broken: 'a lease of an hour, as job queues have',
    runs: 2,
    play: async (parts) => {
      const plan = { receivers: 1, killsReceivers: false, leaseSeconds: 3600 }
      return play(plan)({ ...parts, quick: false })
    },
  },
}

const all: KillingPlan = { receivers: 2, killsReceivers: true, leaseSeconds: 15 }

export const killing: FaultRow = {
  id: 'killing',
  fault: 'two receivers and two workers killed in turn, every 5 s, under load',
  invariant: 'partner = Mixpanel; twice ≤ in flight',
  runs: 60,
  runsPerMinute: 60 / everySeconds,
  quickRuns: 0,
  play: play(all),
  control: {
    broken: 'a receiver that acknowledges before it stores',
    runs: 4,
    play: play({ ...all, receiver: fileURLToPath(new URL('../hasty-receiver.ts', import.meta.url)) }),
  },
}
