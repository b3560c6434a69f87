import type { Line, Reply, Try } from './line.ts'
import type { PageBody } from './pages.ts'

/**
 * What becomes of one call. `delivered`: answered at once. `duplicated`: the network delivers it twice. `request-lost`:
 * the first try never arrives, the second does. `reply-lost`: arrives, and again since the answer was lost. `refused`:
 * no try arrives. `every-reply-lost`: all six tries arrive and no answer comes back. `late`: as refused, and the page
 * arrives after the next sync that succeeds (only a page of an export of which another page arrived: of any other
 * nobody could tell that it is late). `forbidden`: something on the way answers 403, so that Mixpanel pauses.
 */
export type Fault =
  | 'delivered'
  | 'duplicated'
  | 'request-lost'
  | 'reply-lost'
  | 'refused'
  | 'every-reply-lost'
  | 'late'
  | 'forbidden'

export interface FaultyLine extends Line {
  /** What is late arrives now. */
  arriveLate(): Promise<void>
}

const lost: Reply = { noAnswer: 'lost on the way' }
const forbidden: Reply = {
  status: 403,
  text: JSON.stringify({ status: 'failure', error: { message: 'Refused on the way.', code: 403 } }),
}

interface Carriage {
  /** How often the try arrives. */
  readonly arrivals: number
  /** What Mixpanel gets instead of the answer. */
  readonly instead?: Reply
}

const whole: Carriage = { arrivals: 1 }

const firstTry: Record<Fault, Carriage> = {
  delivered: whole,
  duplicated: { arrivals: 2 },
  'request-lost': { arrivals: 0, instead: lost },
  'reply-lost': { arrivals: 1, instead: lost },
  refused: { arrivals: 0, instead: lost },
  'every-reply-lost': { arrivals: 1, instead: lost },
  late: { arrivals: 0, instead: lost },
  forbidden: { arrivals: 0, instead: forbidden },
}

const mendsItself = new Set<Fault>(['delivered', 'duplicated', 'request-lost', 'reply-lost'])

const carriageOf = (fault: Fault, attempt: number): Carriage =>
  attempt > 0 && mendsItself.has(fault) ? whole : firstTry[fault]

const carry = async (arrive: Try, { arrivals, instead }: Carriage): Promise<Reply> => {
  let reply: Reply = lost
  for (let arrival = 0; arrival < arrivals; arrival += 1) reply = await arrive()
  return instead ?? reply
}

const exportOf = ({ action, parameters }: PageBody): string =>
  `${action} ${String(parameters['mixpanel_session_id'])}`

/** Puts faults on the way. `nextFault` is asked once for each call. */
export const faultyLine = (line: Line, nextFault: (page: PageBody) => Fault): FaultyLine => {
  const begun = new Set<string>()
  const late: Try[] = []
  return {
    open: (page) => {
      const fault = nextFault(page)
      const arrive = line.open(page)
      if (fault === 'late' && begun.has(exportOf(page))) late.push(arrive)
      if (firstTry[fault].arrivals > 0 || mendsItself.has(fault)) begun.add(exportOf(page))
      let tries = 0
      return () => carry(arrive, carriageOf(fault, tries++))
    },
    arriveLate: async () => {
      for (const arrive of late.splice(0)) await arrive()
    },
  }
}
