import type { Clock } from './clock.ts'
import { judgeReply } from './judge-reply.ts'
import type { Line } from './line.ts'
import type { PageBody } from './pages.ts'

export type { Network } from './http-line.ts'

/** `message` is what Mixpanel shows to its user. `paused` ends every further sync until a person resumes it. */
export type PageResult =
  | { readonly outcome: 'accepted'; readonly calls: number }
  | { readonly outcome: 'paused' | 'failed'; readonly calls: number; readonly message: string }

/** Mixpanel retries 5 times within 60 seconds, with exponential backoff; the delays themselves are not published. */
const retryDelays: readonly number[] = [1000, 2000, 4000, 8000, 16_000]
const retryWindow = 60_000

/** Makes one call with the retries that Mixpanel documents: 5 within 60 seconds after 429, 5xx and no answer. Never throws. */
export const sendPage = async (page: PageBody, line: Line, clock: Clock): Promise<PageResult> => {
  const tryOnce = line.open(page)
  const start = clock.now()
  for (let calls = 1; ; calls += 1) {
    const answer = judgeReply(await tryOnce())
    if (answer.verdict === 'accepted') return { outcome: 'accepted', calls }
    const delay = retryDelays[calls - 1]
    const isOver = delay === undefined || clock.now() - start + delay > retryWindow
    if (answer.verdict === 'paused') return { outcome: 'paused', calls, message: answer.message }
    if (answer.verdict === 'failed' || isOver) return { outcome: 'failed', calls, message: answer.message }
    await clock.wait(delay)
  }
}
