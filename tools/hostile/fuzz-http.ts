import { checkCohortPage } from '@cohort-relay/core'
import { faultOf } from './read-answers.ts'
import type { Target } from './start-target.ts'
import { webhook } from './vector.ts'

export interface HttpFuzzResult {
  readonly sent: number
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>
  /** Bodies as base64, with what was wrong. */
  readonly problems: readonly string[]
}

/** Sends bodies to a running receiver, one after the other: it takes exactly those that can be read. */
export const fuzzHttp = async (target: Target, bodies: readonly Buffer[]): Promise<HttpFuzzResult> => {
  const statuses: Record<string, number> = {}
  const problems: string[] = []
  for (const body of bodies) {
    const answer = await post(target, body)
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
    const fault = faultOf(answer)
    const expected = checkCohortPage(body).ok ? 200 : 400
    if (fault !== undefined) problems.push(`${fault}: ${body.toString('base64')}`)
    if (answer.status !== expected)
      problems.push(`${answer.status} in place of ${expected}: ${body.toString('base64')}`)
  }
  return { sent: bodies.length, statuses, problems: [...problems, ...endOf(target)] }
}

const endOf = (target: Target): string[] => {
  const end = target.ended()
  return end === undefined ? [] : [end]
}

const post = async ({ port, key }: Target, body: Buffer) => {
  const response = await fetch(`http://127.0.0.1:${port}${webhook}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: new Uint8Array(body),
  })
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
  }
}
