import type { Fault } from '../mixpanel-simulator/faulty-line.ts'
import type { Line } from '../mixpanel-simulator/line.ts'
import type { PageBody } from '../mixpanel-simulator/pages.ts'
import { halfHour, type History } from './history.ts'
import { playHistory, type Witness } from './play-history.ts'
import type { Stage, Subject } from './stage.ts'

const list = (ids: readonly string[]): string => `{${ids.join(' ')}}`

const describeCall = ({ action, parameters }: PageBody, fault: Fault): string => {
  const { page_count: number, total_pages: total } = parameters['page_info'] as Record<string, number>
  const ids = parameters.members.map((member) => member['mixpanel_distinct_id'] ?? '')
  const session = String(parameters['mixpanel_session_id'])
  return `  ${action} ${session} page ${number} of ${total} ${list(ids)}: ${fault}`
}

const later = (minutes: number): string =>
  minutes === halfHour ? 'half an hour later' : `${minutes / (24 * 60)} days later`

/** Writes a line for each sync, each call, and each try that arrives, with our set after it. */
const recordTo = (lines: string[], subject: Subject): Witness => {
  let syncs = 0
  const watch = (line: Line): Line => ({
    open: (page) => {
      const arrive = line.open(page)
      return async () => {
        const reply = await arrive()
        const flag = await subject.needsReconcile()
        lines.push(`    arrives, ours: ${list(await subject.members())}${flag === null ? '' : ` (${flag})`}`)
        return reply
      }
    },
  })
  return {
    watch,
    beginSync: ({ minutes }) => void lines.push(`sync ${(syncs += 1)}, ${later(minutes)}`),
    call: (page, fault) => void lines.push(describeCall(page, fault)),
    endSync: ({ outcome }, people) => void lines.push(`  ${outcome}, Mixpanel's: ${list(people)}`),
  }
}

/** Plays a history once more and tells it: each call, our set after it, and Mixpanel's. */
export const tellHistory = async (history: History, stage: Stage): Promise<string[]> => {
  const subject = await stage.newSubject()
  const ids = history.sharesSession ? 'one session id for both halves' : 'a session id for each half'
  const restart = history.reusesSession ? 'its old session id' : 'a new session id'
  const lines = [`${ids}; a sync that failed begins again under ${restart}`]
  const expected = await playHistory(history, subject, recordTo(lines, subject))
  const actual = await subject.members()
  const flag = (await subject.needsReconcile()) ?? 'nothing'
  return [
    ...lines,
    `in the end Mixpanel's: ${list(expected)}`,
    `in the end ours:       ${list(actual)}`,
    `what the receiver says of it: ${flag}`,
  ]
}
