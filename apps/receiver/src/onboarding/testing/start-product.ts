import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { serve } from '../../testing/serve.ts'

interface ProductCall {
  readonly key: string
  /** `cohort.relay.ping` is the check of a key. */
  readonly type: string
  readonly members: readonly string[]
}

/** What a product does with a call: as it should, or one of the ways in which it fails. */
type Mode = 'up' | 'down' | 'silent' | 'throttled'

const ping = 'cohort.relay.ping'

/** The partner's product: it knows its customers' keys, and takes cohorts for whoever has one. */
export const startProduct = async (...keys: readonly string[]) => {
  const valid = new Set(keys)
  const calls: ProductCall[] = []
  const waiting: (() => void)[] = []
  let mode: Mode = 'up'
  const answer = (key: string, response: ServerResponse): void => {
    if (mode === 'silent') return
    if (mode === 'throttled') return void response.writeHead(429, { 'retry-after': '1' }).end()
    if (mode === 'down') return void response.writeHead(500).end()
    response.writeHead(valid.has(key) ? 204 : 401).end()
  }
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { type, data } = JSON.parse(await text(request))
    const { 'x-product-key': own, authorization = '' } = request.headers
    const key = typeof own === 'string' ? own : authorization.replace('Bearer ', '')
    const members = (data.members ?? []).map(({ id }: { id: string }) => id)
    calls.push({ key, type, members })
    answer(key, response)
    for (const resolve of waiting.splice(0)) resolve()
  }
  const { url } = await serve(createServer((request, response) => void receive(request, response)))
  const matching = (wanted: (call: ProductCall) => boolean) => calls.filter(wanted)
  const until = async (wanted: (call: ProductCall) => boolean, count = 1): Promise<void> => {
    while (matching(wanted).length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return {
    url: `${url}/cohorts`,
    calls,
    checks: (key?: string) =>
      matching((call) => call.type === ping && (key === undefined || call.key === key)).length,
    untilChecks: (count: number) => until(({ type }) => type === ping, count),
    untilDelivered: (member: string) => until(({ members }) => members.includes(member)),
    revoke: (key: string) => void valid.delete(key),
    allow: (key: string) => void valid.add(key),
    be: (next: Mode) => void (mode = next),
  }
}

export type Product = Awaited<ReturnType<typeof startProduct>>
