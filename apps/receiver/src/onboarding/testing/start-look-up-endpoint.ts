import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { serve } from '../../testing/serve.ts'
import { standardSignature } from '../../testing/standard-signature.ts'

interface ServiceCall {
  readonly body: Readonly<Record<string, unknown>>
  /** True when the signature is the one that Standard Webhooks demands for this body. */
  readonly isSigned: boolean
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

const signingKey = Buffer.from('a-signing-key-for-the-look-up!!!')

/** The partner's service that knows whose a key is. */
export const startLookUpEndpoint = async () => {
  const answers = new Map<string, unknown>()
  const calls: ServiceCall[] = []
  /** Replaces every answer; `silent`: there is none. */
  let fault: Reply | 'silent' | undefined
  const reply = (hashed: string, response: ServerResponse): void => {
    if (fault === 'silent') return
    const found: Reply = fault ?? {
      status: answers.has(hashed) ? 200 : 404,
      body: answers.get(hashed) ?? { account: null },
    }
    const body = typeof found.body === 'string' ? found.body : JSON.stringify(found.body)
    response.writeHead(found.status, { 'content-type': 'application/json' }).end(body)
  }
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const asked = JSON.parse(body) as Record<string, string>
    calls.push({
      body: asked,
      isSigned: request.headers['webhook-signature'] === standardSignature(signingKey, request.headers, body),
    })
    reply(asked['keyHash'] ?? hashOf(asked['key'] ?? ''), response)
  }
  const { url } = await serve(createServer((request, response) => void receive(request, response)))
  return {
    url: `${url}/accounts`,
    secret: `whsec_${signingKey.toString('base64')}`,
    calls,
    knows: (key: string, answer: unknown) => void answers.set(hashOf(key), answer),
    forgets: (key: string) => void answers.delete(hashOf(key)),
    /** Undefined: answers as it should. */
    fails: (next: Reply | 'silent' | undefined) => void (fault = next),
  }
}

export type LookUpEndpoint = Awaited<ReturnType<typeof startLookUpEndpoint>>

const hashOf = (key: string): string => hash('sha256', key, 'hex')
