import { Command } from 'commander'
import { renderTable } from '../terminal/table.ts'
import { realClock } from './clock.ts'
import { realNetwork } from './http-line.ts'
import { readRecording, type RecordedCall } from './recording.ts'
import { replay, type ReplayedCall } from './replay.ts'
import type { Write } from './scenario-command.ts'
import { addTarget, factor, receiverOf, type TargetOptions } from './target-options.ts'

interface ReplayOptions extends TargetOptions {
  readonly speed: number
  readonly cohort?: string
}

interface RecordedBody {
  readonly action?: string
  readonly parameters?: {
    readonly page_info?: { readonly page_count?: number | string; readonly total_pages?: number | string }
    readonly members?: unknown
  }
}

const pageOf = ({ body }: RecordedCall): string[] => {
  const { action, parameters } = (body ?? {}) as RecordedBody
  const { page_count: number = '-', total_pages: total = '-' } = parameters?.page_info ?? {}
  const members = Array.isArray(parameters?.members) ? parameters.members.length : '-'
  return [action ?? 'not readable', `${number} of ${total}`, String(members)]
}

const rowOf = ({ call, status }: ReplayedCall, index: number): string[] => [
  String(index + 1),
  ...pageOf(call),
  String(call.status ?? 'none'),
  String(status ?? 'none'),
]

const columns = [
  { title: 'Call', align: 'right' as const },
  { title: 'Action' },
  { title: 'Page' },
  { title: 'Members', align: 'right' as const },
  { title: 'Recorded' },
  { title: 'Now' },
]

/** `simulate replay`. Resolves with 0 when every answer has the status that was recorded, else with 1. */
export const replayCommand = async (argv: readonly string[], write: Write): Promise<0 | 1> => {
  const command = addTarget(new Command('simulate replay'))
    .description('Sends the pages of a capture once more, in the same order and rhythm.')
    .argument('<file>', 'written by capture')
    .option('--speed <factor>', 'times as fast as it was recorded', factor, 1)
    .option('--cohort <id>', 'put the pages into this cohort, as if they had never been sent')
    .exitOverride()
    .parse([...argv], { from: 'user' })
  const { speed, cohort, ...target } = command.opts<ReplayOptions>()
  const { calls } = await readRecording(command.args[0] ?? '')
  const replayed = await replay(calls, {
    receiver: receiverOf(target),
    network: realNetwork,
    clock: realClock,
    speed,
    ...(cohort !== undefined && { cohortId: cohort }),
  })
  write(renderTable(columns, replayed.map(rowOf)))
  const different = replayed.filter(({ call, status }) => call.status !== status).length
  write(`${calls.length} calls, ${different} answered otherwise than recorded.`)
  return different === 0 ? 0 : 1
}
