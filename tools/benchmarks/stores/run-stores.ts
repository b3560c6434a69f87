import { writeFileSync } from 'node:fs'
import { formatCount, formatDuration } from '../../terminal/format.ts'
import type { Screen } from '../../terminal/progress.ts'
import { describeMachine, renderMachine } from '../machine.ts'
import { playAccounts } from './accounts.ts'
import { playAligned } from './aligned.ts'
import { postgresVersion } from './database-server.ts'
import type { Bench, PlayedPart } from './part.ts'
import { playSideBySide } from './side-by-side.ts'
import { partNames, type PartName, type StoresOptions } from './stores-command.ts'
import { playWorkers } from './workers.ts'

const parts: Readonly<Record<PartName, (bench: Bench) => Promise<PlayedPart>>> = {
  ack: (bench) => playSideBySide('ack', bench),
  apply: (bench) => playSideBySide('apply', bench),
  delivery: (bench) => playSideBySide('delivery', bench),
  workers: playWorkers,
  accounts: playAccounts,
  aligned: playAligned,
}

const sizesOf = ({ members, accounts, workers, runs, seconds, idleSeconds, seed }: StoresOptions): string =>
  `${formatCount(members)} members, ${formatCount(accounts)} accounts, ${workers.join('/')} workers, ${runs} runs, ` +
  `${seconds} s of aligned calls, ${idleSeconds} s idle, seed ${seed}`

const shown = 3

const renderPart = ({ text, wrong, missed }: PlayedPart): string => {
  const rest = wrong.length > shown ? [`Wrong: ${wrong.length - shown} more`] : []
  const problems = [
    ...wrong.slice(0, shown).map((problem) => `Wrong: ${problem}`),
    ...rest,
    ...missed.map((problem) => `Missed: ${problem}`),
  ]
  return `\n${[text, ...problems].join('\n')}\n\n`
}

const verdictOf = (played: readonly PlayedPart[], judgesTargets: boolean): string => {
  const wrong = played.flatMap((part) => part.wrong).length
  const missed = played.flatMap((part) => part.missed).length
  if (wrong > 0 || (missed > 0 && judgesTargets)) return `FAILED: ${wrong} wrong, ${missed} targets missed`
  if (missed > 0) return `Passed; ${missed} targets were missed, which small sizes do not decide`
  return 'Passed'
}

/** Plays the parts one after the other and prints a table for each. 1 when anything was wrong or a target was missed, else 0. */
export const runStores = async (options: StoresOptions, screen: Screen): Promise<0 | 1> => {
  const start = performance.now()
  const machine = describeMachine(options.folder, undefined)
  const [line = ''] = renderMachine(machine).split('\n')
  const postgres = await postgresVersion()
  screen.write(`${line}, ${postgres} with fsync\n${sizesOf(options)}\n`)
  const played: PlayedPart[] = []
  for (const name of options.only === undefined ? partNames : [options.only]) {
    screen.write('\n')
    const part = await parts[name]({ options, screen })
    played.push(part)
    screen.write(renderPart(part))
  }
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, postgres, options, played }, undefined, 2)}\n`)
  const verdict = verdictOf(played, !options.quick)
  screen.write(`${verdict}. Took ${formatDuration(performance.now() - start)}.\n`)
  return verdict.startsWith('FAILED') ? 1 : 0
}
