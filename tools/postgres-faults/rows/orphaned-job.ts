import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openPostgresSignals } from '@cohort-relay/receiver'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import type { Cleanup } from '../../demo/cleanup.ts'
import { migrate } from '../migrate.ts'
import { openWorld, type World } from '../open-world.ts'
import { silent } from '../recording-partner.ts'
import { until } from '../until.ts'

/** 10 s without a heartbeat, looked for every 2 s, and at most a second until somebody asks for jobs. */
const limitSeconds = 14

interface Holder {
  /** Resolves once it printed the word. */
  readonly said: (word: string) => Promise<void>
  readonly kill: () => Promise<void>
}

const startHolder = async (url: string, cleanup: Cleanup): Promise<Holder> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../hold-job.ts', import.meta.url)), url])
  const ended = once(child, 'exit')
  const endNow = (): void => void child.kill('SIGKILL')
  cleanup.add({ undo: async () => endNow(), undoNow: endNow })
  const words: string[] = []
  createInterface(child.stdout).on('line', (line) => words.push(line))
  return {
    said: async (word) => {
      if ((await until(() => words.includes(word), { limit: 20_000 })) === undefined)
        throw new Error(`A worker never said that it is ${word}.`)
    },
    kill: async () => {
      endNow()
      await ended
    },
  }
}

/** Seconds until another worker has the job of one that was killed; undefined: it has it not in time. */
const orphanOnce = async (world: World, cleanup: Cleanup, breaking: string) => {
  const url = await world.createDatabase()
  await migrate({ DATABASE_URL: url })
  if (breaking !== '') await world.ask(url, breaking)
  const holder = await startHolder(url, cleanup)
  await holder.said('serving')
  const signals = await openPostgresSignals({ url, log: silent })
  cleanup.add({ undo: () => signals.stop(), undoNow: () => {} })
  signals.announce('deliver')
  await holder.said('held')
  let called = 0
  const count = async (): Promise<void> => void (called += 1)
  await signals.serve({ apply: count, deliver: count })
  await holder.kill()
  const milliseconds = await until(() => called > 0, { limit: 2 * limitSeconds * 1000 })
  return milliseconds === undefined ? undefined : milliseconds / 1000
}

const play =
  (breaking: string) =>
  async ({ runs, cleanup, tick }: PlayParts): Promise<Finding> => {
    const world = await openWorld(cleanup)
    const problems: string[] = []
    let slowest = 0
    for (let run = 1; run <= runs; run += 1) {
      const seconds = await orphanOnce(world, cleanup, breaking)
      slowest = Math.max(slowest, seconds ?? Infinity)
      if (seconds === undefined) problems.push(`run ${run}: nobody took the job of a dead worker`)
      else if (seconds > limitSeconds) problems.push(`run ${run}: taken after ${seconds.toFixed(1)} s`)
      tick()
    }
    return { n: runs, figure: `taken after ${slowest.toFixed(1)} s at most`, problems }
  }

export const orphanedJob: FaultRow = {
  id: 'job',
  fault: 'kill -9 of a worker that has a job of pg-boss, and nobody is woken again',
  invariant: `another worker has the job within ${limitSeconds} s`,
  runs: 5,
  quickRuns: 0,
  play: play(''),
  control: {
    broken: 'jobs without a heartbeat',
    runs: 1,
    play: play('UPDATE cohort_relay_jobs.queue SET heartbeat_seconds = NULL'),
  },
}
