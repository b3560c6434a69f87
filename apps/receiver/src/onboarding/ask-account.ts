import { hash, randomUUID } from 'node:crypto'
import { DestinationError, type HttpClient, type HttpResponse } from '@cohort-relay/connector-kit'
import { Webhook } from 'standardwebhooks'
import { accountAnswer, type AccountAnswer } from './account-answer.ts'
import type { LookUp } from './deployment.ts'
import type { PresentedKey } from './key-gate.ts'

/** What the service said, or why it said nothing that can be used. `fields`: what of its answer is at fault. */
export type LookUpAnswer =
  | { readonly answer: AccountAnswer }
  | { readonly reason: string; readonly fields?: readonly string[] }

export interface AskParts {
  readonly http: HttpClient
  readonly checkSeconds: number
  readonly now: () => Date
}

/** Asks the partner's service which account a key belongs to, once. Never rejects. */
export const createAskAccount = (way: LookUp, { http, checkSeconds, now }: AskParts) => {
  const signer = new Webhook(way.secret)

  const headersFor = (body: string): Record<string, string> => {
    const [id, sentAt] = [`lookup_${randomUUID()}`, now()]
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': signer.sign(id, sentAt, body),
    }
  }
  return async ({ text: key }: PresentedKey): Promise<LookUpAnswer> => {
    const body = JSON.stringify(way.sends === 'key' ? { key } : { keyHash: hash('sha256', key, 'hex') })
    const signal = AbortSignal.timeout(checkSeconds * 1000)
    try {
      const request = { method: 'POST', url: way.url, headers: headersFor(body), body, signal } as const
      return readAnswer(await http.request({ ...request, repeatable: true }))
    } catch (error) {
      return { reason: reasonOf(error) }
    }
  }
}

/**
 * Nobody has the key when the service says so in as many words, by `account: null` with 200 or 404. A 404 alone may as
 * well be that of a proxy, and closing every account for that would pause every sync.
 */
const readAnswer = (response: HttpResponse): LookUpAnswer => {
  if (response.status !== 200 && response.status !== 404) return { reason: `status ${response.status}` }
  const { data, error } = accountAnswer.safeParse(response.json())
  if (response.status === 404)
    return data?.account === null ? { answer: data } : { reason: 'status 404 without "account": null' }
  if (data !== undefined) return { answer: data }
  return { reason: 'unusable answer', fields: error.issues.map(({ path }) => path.join('.')) }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof DestinationError) return error.kind
  return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no answer'
}
