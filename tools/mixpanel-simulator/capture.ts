import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { RecordedCall } from './recording.ts'
import type { Redact } from './redact-body.ts'

export interface CaptureParts {
  /** Where the calls go on to. */
  readonly forwardTo: string
  /** Undefined: everything is kept. */
  readonly redact: Redact | undefined
  readonly record: (call: RecordedCall) => void
  readonly fetch: typeof fetch
  /** Milliseconds that never go back. */
  readonly now: () => number
}

/** Of the connection itself, or computed anew. */
const notForwarded = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'expect',
])
const notReturned = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'keep-alive',
])

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && !notForwarded.has(name) ? [[name, value]] : [],
  )

/** Not bigger than this once decompressed. */
const limits = { maxOutputLength: 512 * 1024 * 1024 }

const decompressed = (bytes: Buffer, encoding: string | undefined): Buffer => {
  if (encoding === 'gzip') return gunzipSync(bytes, limits)
  if (encoding === 'deflate') return inflateSync(bytes, limits)
  return encoding === 'br' ? brotliDecompressSync(bytes, limits) : bytes
}

const readBody = (bytes: Buffer, encoding: string | undefined, redact: Redact | undefined) => {
  try {
    const body: unknown = JSON.parse(decompressed(bytes, encoding).toString('utf8'))
    return { body: redact ? redact(body) : body }
  } catch {
    // What it was can only be kept as it came.
    return { body: null, ...(!redact && { unreadable: bytes.toString('base64') }) }
  }
}

const forward = async (
  bytes: Buffer,
  request: IncomingMessage,
  parts: CaptureParts,
): Promise<Response | null> => {
  try {
    return await parts.fetch(parts.forwardTo, {
      method: request.method ?? 'POST',
      headers: headersOf(request),
      ...(bytes.length > 0 && { body: new Uint8Array(bytes) }),
      redirect: 'manual',
    })
  } catch {
    // The sender learns of it by a broken connection, as it would without us.
    return null
  }
}

const passBack = async (response: Response, to: ServerResponse): Promise<void> => {
  for (const [name, value] of response.headers) if (!notReturned.has(name)) to.setHeader(name, value)
  to.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()))
}

/** Passes every call on as it is and writes it down. Neither keys nor other headers are recorded. It does not listen yet. */
export const createCapture = (parts: CaptureParts): Server => {
  let startedAt: number | undefined
  const pass = async (request: IncomingMessage, to: ServerResponse): Promise<void> => {
    const began = parts.now()
    startedAt ??= began
    const bytes = await buffer(request)
    const response = await forward(bytes, request, parts)
    if (response === null) to.destroy()
    else await passBack(response, to)
    parts.record({
      at: Math.round(began - startedAt),
      milliseconds: Math.round(parts.now() - began),
      ...readBody(bytes, request.headers['content-encoding'], parts.redact),
      status: response?.status ?? null,
    })
  }
  return createServer((request, response) => {
    // A sender that breaks off has nobody to answer.
    pass(request, response).catch(() => response.destroy())
  })
}
