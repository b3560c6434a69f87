import { Agent, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { realClock } from '../../mixpanel-simulator/clock.ts'
import type { Line, Reply } from '../../mixpanel-simulator/line.ts'
import type { PageBody } from '../../mixpanel-simulator/pages.ts'
import { sendPage } from '../../mixpanel-simulator/send-page.ts'

/** One call that Mixpanel makes, with all its retries. */
interface OfferedCall {
  readonly key: string
  readonly page: () => PageBody
}

/** What became of one call. */
export interface CallResult {
  readonly outcome: 'accepted' | 'paused' | 'failed'
  readonly tries: number
  /** From the first byte of the first try to the end of the last answer. */
  readonly milliseconds: number
  readonly message?: string
}

export interface OfferedCalls {
  /** In the order of the calls. */
  readonly results: readonly CallResult[]
  /** Tries by status; 0 had no answer. */
  readonly statuses: ReadonlyMap<number, number>
  /** Of each answered try. */
  readonly latencies: readonly number[]
}

export interface Offer {
  readonly url: string
  readonly calls: readonly OfferedCall[]
  /** Calls begun a second, whatever became of those before. */
  readonly perSecond: number
  readonly onProgress: (ended: number) => void
}

/** As long as the simulator waits for an answer. */
const answerMilliseconds = 30_000

const post = (url: string, body: string, { key, agent }: { key: string; agent: Agent }): Promise<Reply> =>
  new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-api-key': key,
    }
    const call = request(url, { method: 'POST', agent, headers, timeout: answerMilliseconds }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('error', ({ message }) => resolve({ noAnswer: message }))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    call.on('timeout', () => call.destroy(new Error('no answer in 30 s')))
    call.on('error', ({ message }) => resolve({ noAnswer: message })).end(body)
  })

/** Begins calls at an even pace, as very many senders do that know nothing of each other, and waits until all are over. */
export const offerCalls = async ({ url, calls, perSecond, onProgress }: Offer): Promise<OfferedCalls> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity, timeout: answerMilliseconds })
  const statuses = new Map<number, number>()
  const latencies: number[] = []
  let ended = 0

  const lineOf = (key: string): Line => ({
    open: (page) => {
      const body = JSON.stringify(page)
      return async () => {
        const start = performance.now()
        const reply = await post(url, body, { key, agent })
        const status = 'status' in reply ? reply.status : 0
        if (status !== 0) latencies.push(performance.now() - start)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        return reply
      }
    },
  })
  const play = async ({ key, page }: OfferedCall): Promise<CallResult> => {
    const start = performance.now()
    const { calls: tries, ...result } = await sendPage(page(), lineOf(key), realClock)
    onProgress((ended += 1))
    return { ...result, tries, milliseconds: performance.now() - start }
  }

  const start = performance.now()
  const playing: Promise<CallResult>[] = []
  while (playing.length < calls.length) {
    const due = Math.min(calls.length, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1)
    while (playing.length < due) playing.push(play(calls[playing.length]!))
    await setTimeout(5)
  }
  const results = await Promise.all(playing)
  agent.destroy()
  return { results, statuses, latencies }
}
