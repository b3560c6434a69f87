import { Command } from 'commander'
import { createCleanup } from '../demo/cleanup.ts'
import { formatDuration } from '../terminal/format.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { allVectors } from './all-vectors.ts'
import { playVectors } from './play-vectors.ts'
import { isSound, renderHostileReport } from './report.ts'
import { slowVectors } from './slow-vectors.ts'

const { idle, control } = new Command('hostile')
  .description(
    'Attacks a receiver of its own on this machine with hostile requests, and prints what became of each.',
  )
  .option(
    '--idle <count>',
    'idle connections; each end needs a file descriptor',
    wholeNumber(1, 100_000),
    10_000,
  )
  .option('--control', 'attack a plain Express app with express.json(): it must fail', false)
  .allowExcessArguments(false)
  .parse()
  .opts<{ idle: number; control: boolean }>()

const cleanup = createCleanup()
// An exit, unlike a signal, lets the child be ended and its files be removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
process.on('exit', () => cleanup.runNow())

const start = performance.now()
try {
  const vectors = allVectors(idle)
  const outcome = await playVectors(
    control
      ? { variant: 'plain-express', vectors, patient: [], connections: idle }
      : { variant: 'real', vectors, patient: slowVectors, connections: idle },
    cleanup,
  )
  console.log(`${renderHostileReport(outcome)}\n\nTook ${formatDuration(performance.now() - start)}.`)
  process.exitCode = isSound(outcome) === control ? 1 : 0
  if (control) console.log(isSound(outcome) ? 'The plain app was not caught.' : 'The plain app was caught.')
} finally {
  await cleanup.run()
}
