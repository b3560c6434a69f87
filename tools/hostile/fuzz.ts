import { Command } from 'commander'
import { createCleanup } from '../demo/cleanup.ts'
import { formatCount, formatDuration } from '../terminal/format.ts'
import { createProgress } from '../terminal/progress.ts'
import { renderTable } from '../terminal/table.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { fuzzHttp } from './fuzz-http.ts'
import { fuzzReading } from './fuzz-reading.ts'
import { startTarget } from './start-target.ts'

const { inputs, http, seed } = new Command('fuzz')
  .description(
    'Reads hostile webhook bodies in this process, and sends a share of them to a receiver of its own.',
  )
  .option('--inputs <count>', 'bodies to read', wholeNumber(1, 100_000_000), 100_000)
  .option('--http <count>', 'of them sent over HTTP too', wholeNumber(0, 1_000_000), 2000)
  .option('--seed <number>', 'the same seed gives the same bodies', wholeNumber(0, 2 ** 31 - 1), 1)
  .allowExcessArguments(false)
  .parse()
  .opts<{ inputs: number; http: number; seed: number }>()

const cleanup = createCleanup()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
process.on('exit', () => cleanup.runNow())

const start = performance.now()
try {
  const progress = createProgress({ label: 'bodies', total: inputs }, process.stdout)
  const reading = fuzzReading({ inputs, seed, kept: http, onInput: (done) => progress.update(done) })
  progress.finish()
  const sent = await fuzzHttp(await startTarget('real', cleanup), reading.kept)
  const { failure } = reading
  const rows = [
    ['bodies read in process', formatCount(reading.inputs)],
    ['read wrongly, or with a crash', failure === undefined ? '0' : 'at least 1'],
    ['slowest body, read three times', `${reading.slowest.toFixed(1)} ms`],
    ['bodies sent over HTTP', formatCount(sent.sent)],
    ...Object.entries(sent.statuses).map(([status, count]) => [`  answered ${status}`, formatCount(count)]),
    ['answered wrongly', String(sent.problems.length)],
    ['took', formatDuration(performance.now() - start)],
  ]
  console.log(renderTable([{ title: 'Figure' }, { title: `Seed ${seed}`, align: 'right' }], rows))
  if (failure !== undefined) console.log(`\n${failure.faults.join('; ')}: ${failure.body.toString('base64')}`)
  for (const problem of sent.problems.slice(0, 10)) console.log(`\n${problem}`)
  process.exitCode = failure === undefined && sent.problems.length === 0 ? 0 : 1
} finally {
  await cleanup.run()
}
