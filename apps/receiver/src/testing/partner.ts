import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { serve } from './serve.ts'
import { standardSignature } from './standard-signature.ts'

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
  const signingKey = Buffer.from('a-signing-secret-for-tests-only!')
  const calls: PartnerCall[] = []
  const waiting: (() => void)[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const { type, data } = JSON.parse(body)
    const isSigned =
      request.headers['webhook-signature'] === standardSignature(signingKey, request.headers, body)
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
  const { url } = await serve(createServer((request, response) => void receive(request, response)))
  return {
    settings: {
      url: `${url}/hooks`,
      secret: `whsec_${signingKey.toString('base64')}`,
    },
    calls,
    /** Resolves once the partner was called so often. */
    untilCalls: async (count: number): Promise<void> => {
      while (calls.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
