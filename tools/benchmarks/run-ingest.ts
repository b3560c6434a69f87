import { writeFileSync } from 'node:fs'
import { createCleanup, type Cleanup } from '../demo/cleanup.ts'
import { createProgress, type Screen } from '../terminal/progress.ts'
import type { IngestOptions } from './ingest-command.ts'
import { figuresOf, renderFigures, type Contestant } from './ingest-report.ts'
import { describeMachine, renderMachine } from './machine.ts'
import { measure, type Measured, type Measurement, type Sending } from './measure.ts'
import { pin, pinLoad, type Cores } from './pin.ts'
import { preparePages } from './prepare-pages.ts'
import { startPlain, startReceiver, type Target } from './start-target.ts'

interface Round {
  readonly discard: Measured
  readonly acknowledge: Measured
  readonly apply: Measured
}

interface Turn {
  readonly start: (cleanup: Cleanup) => Promise<Target>
  readonly sending: Sending
}

type Turns = Readonly<Record<keyof Round, Turn>>

const turnsOf = (options: IngestOptions): Turns => {
  const { connections, folder } = options
  const unfinished = { pages: preparePages('unfinished', options), connections, isApplied: false }
  const whole = { pages: preparePages('whole', options), connections, isApplied: true }
  const receiver = (cleanup: Cleanup) => startReceiver(folder, cleanup)
  return {
    discard: { start: startPlain, sending: unfinished },
    acknowledge: { start: receiver, sending: unfinished },
    apply: { start: receiver, sending: whole },
  }
}

// A new process and a new database each time: no contestant inherits warm code or a grown file from another.
const play = async ({ start, sending }: Turn, cores: Cores | undefined): Promise<Measured> => {
  const cleanup = createCleanup()
  const endNow = (): void => cleanup.runNow()
  process.once('exit', endNow)
  try {
    const target = await start(cleanup)
    if (cores) pin(target.pid, cores.server)
    return await measure(target, sending)
  } finally {
    await cleanup.run()
    process.off('exit', endNow)
  }
}

const playRounds = async (options: IngestOptions, cores: Cores | undefined, screen: Screen) => {
  const turns = turnsOf(options)
  const rounds: Round[] = []
  const progress = createProgress({ label: 'turns played', total: options.runs * 3 }, screen)
  const turn = async (name: keyof Round): Promise<Measured> => {
    const measured = await play(turns[name], cores)
    progress.update(rounds.length * 3 + Object.keys(turns).indexOf(name) + 1)
    return measured
  }
  while (rounds.length < options.runs) {
    const discard = await turn('discard')
    const acknowledge = await turn('acknowledge')
    rounds.push({ discard, acknowledge, apply: await turn('apply') })
  }
  progress.finish()
  return rounds
}

const contestantsOf = (rounds: readonly Round[]): readonly Contestant[] => [
  { name: 'express.json, discarded', runs: rounds.map(({ discard }) => discard.answered) },
  { name: 'acknowledged', runs: rounds.map(({ acknowledge }) => acknowledge.answered) },
  { name: 'acknowledged while applying', runs: rounds.map(({ apply }) => apply.answered) },
  { name: 'acknowledged and applied', runs: rounds.map(({ apply }) => apply.applied as Measurement) },
]

/** Prints the table. 1 when an answer was not a success, else 0. */
export const runIngest = async (options: IngestOptions, screen: Screen): Promise<0 | 1> => {
  const cores = options.pin ? pinLoad() : undefined
  const machine = describeMachine(options.folder, cores)
  screen.write(`${renderMachine(machine)}\n\n`)
  const rounds = await playRounds(options, cores, screen)
  const contestants = contestantsOf(rounds)
  const figures = figuresOf(contestants)
  const { runs, pages, connections } = options
  screen.write(
    `\n${renderFigures(figures)}\n\nMedians of ${runs} runs of ${pages} pages, ${connections} connections.\n`,
  )
  if (options.json !== undefined)
    writeFileSync(
      options.json,
      `${JSON.stringify({ machine, options, figures, contestants }, undefined, 2)}\n`,
    )
  const failures = rounds.flatMap((round) => Object.values(round).flatMap((measured) => measured.failures))
  if (failures.length > 0)
    screen.write(`${failures.length} answers were no success; the first: ${failures[0]}\n`)
  return failures.length > 0 ? 1 : 0
}
