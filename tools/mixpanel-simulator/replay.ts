import type { Clock } from './clock.ts'
import { post, type Network, type Receiver } from './http-line.ts'
import type { RecordedCall } from './recording.ts'

export interface ReplayedCall {
  readonly call: RecordedCall
  /** Null: no answer came. */
  readonly status: number | null
}

export interface ReplayParts {
  readonly receiver: Receiver
  readonly network: Pick<Network, 'fetch'>
  readonly clock: Clock
  /** How many times as fast as it was recorded. */
  readonly speed: number
  /** Takes the place of the recorded cohort id. */
  readonly cohortId?: string
}

type Fields = Record<string, unknown>

const bodyOf = ({ body, unreadable }: RecordedCall, cohortId: string | undefined): string => {
  if (unreadable !== undefined) return Buffer.from(unreadable, 'base64').toString('utf8')
  const parameters = (body as Fields | null)?.['parameters'] as Fields | undefined
  if (cohortId === undefined || parameters === undefined) return JSON.stringify(body)
  return JSON.stringify({ ...(body as Fields), parameters: { ...parameters, mixpanel_cohort_id: cohortId } })
}

/** A call begins after the answers that had come when it was recorded, and at its time or later. */
export const replay = async (calls: readonly RecordedCall[], parts: ReplayParts): Promise<ReplayedCall[]> => {
  const { clock, speed, receiver, network, cohortId } = parts
  const start = clock.now()
  const underWay: Promise<ReplayedCall>[] = []
  const send = async (call: RecordedCall): Promise<ReplayedCall> => {
    const reply = await post(bodyOf(call, cohortId), receiver, network)
    return { call, status: 'status' in reply ? reply.status : null }
  }
  for (const call of calls) {
    const answered = calls
      .slice(0, underWay.length)
      .map(({ at, milliseconds }) => at + milliseconds <= call.at)
    await Promise.all(underWay.filter((_, index) => answered[index]))
    const wait = call.at / speed - (clock.now() - start)
    if (wait > 0) await clock.wait(wait)
    underWay.push(send(call))
  }
  return await Promise.all(underWay)
}
