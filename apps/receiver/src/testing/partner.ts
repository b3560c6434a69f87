import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

interface PartnerCall {
  readonly headers: IncomingHttpHeaders
  /** True when the signature is the one that Standard Webhooks demands for this body. */
  readonly isSigned: boolean
  readonly type: string
  /** Undefined: the call only asks whether it is let in. */
  readonly cohortId: string | undefined
  readonly members: readonly {
    readonly id: string
    readonly identity: { readonly kind: string; readonly value: string }
    readonly properties: Readonly<Record<string, unknown>>
  }[]
}

export type PartnerReply = (call: PartnerCall, response: ServerResponse) => void

/** A partner's endpoint on this machine that writes down what it is told. */
export const startPartner = async (reply: PartnerReply = (_call, response) => void response.end()) => {
  const secret = Buffer.from('a-signing-secret-for-tests-only!').toString('base64')
  const calls: PartnerCall[] = []
  const waiting: (() => void)[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const { type, data } = JSON.parse(body)
    const isSigned = request.headers['webhook-signature'] === signature(secret, request.headers, body)
    const call = {
      headers: request.headers,
      isSigned,
      type,
      cohortId: data.cohort?.id,
      members: data.members ?? [],
    }
    calls.push(call)
    reply(call, response)
    for (const resolve of waiting.splice(0)) resolve()
  }
  const server = createServer((request, response) => void receive(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    settings: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
      secret: `whsec_${secret}`,
    },
    calls,
    /** Resolves once the partner was called so often. */
    untilCalls: async (count: number): Promise<void> => {
      while (calls.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

// Written out after standardwebhooks.com, so that a fault of the library that signs cannot hide.
const signature = (secret: string, headers: IncomingHttpHeaders, body: string): string => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  return `v1,${createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest('base64')}`
}
