import { Command } from 'commander'
import { createCleanup } from '../demo/cleanup.ts'
import { formatDuration } from '../terminal/format.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { allVectors } from './all-vectors.ts'
import { leakingPlan } from './leaking-plan.ts'
import { playVectors } from './play-vectors.ts'
import { badMemoryFigures, isSound, renderHostileReport } from './report.ts'
import { slowVectors } from './slow-vectors.ts'

const { idle, rounds, control } = new Command('hostile')
  .description(
    'Attacks a receiver of its own on this machine with hostile requests, and prints what became of each.',
  )
  .option(
    '--idle <count>',
    'idle connections; each end needs a file descriptor',
    wholeNumber(1, 100_000),
    10_000,
  )
  .option('--rounds <count>', 'how often all vectors are played', wholeNumber(1, 100), 2)
  .option(
    '--control',
    'attack two receivers that are wrong, a plain Express app and one that keeps every body: both must fail',
    false,
  )
  .allowExcessArguments(false)
  .parse()
  .opts<{ idle: number; rounds: number; control: boolean }>()

const cleanup = createCleanup()
// An exit, unlike a signal, lets the child be ended and its files be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
process.on('exit', () => cleanup.runNow())

const playReal = async (): Promise<boolean> => {
  const plan = { variant: 'real', vectors: allVectors(idle), patient: slowVectors, rounds } as const
  const outcome = await playVectors({ ...plan, connections: idle }, cleanup)
  console.log(renderHostileReport(outcome))
  return isSound(outcome)
}

const playControls = async (): Promise<boolean> => {
  const plain = await playVectors(
    { variant: 'plain-express', vectors: allVectors(idle), patient: [] },
    cleanup,
  )
  const leaking = await playVectors(leakingPlan, cleanup)
  console.log([plain, leaking].map(renderHostileReport).join('\n\n'))
  const verdicts: readonly (readonly [string, boolean])[] = [
    ['The plain app', !isSound(plain)],
    ['The receiver that keeps every body', badMemoryFigures(leaking).length > 0],
  ]
  for (const [name, isCaught] of verdicts) console.log(`${name} was ${isCaught ? 'caught' : 'NOT CAUGHT'}.`)
  return verdicts.every(([, isCaught]) => isCaught)
}

const start = performance.now()
try {
  const passed = await (control ? playControls() : playReal())
  console.log(`\n${passed ? 'Passed' : 'FAILED'}, ${formatDuration(performance.now() - start)}.`)
  process.exitCode = passed ? 0 : 1
} finally {
  await cleanup.run()
}
