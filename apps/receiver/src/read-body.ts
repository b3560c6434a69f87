import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, type InputType, type ZlibOptions } from 'node:zlib'

type BodyRefusal = 'too-large' | 'wrong-content-type' | 'unknown-encoding' | 'unreadable'

/** `unreadable`: cut off on the way, or not what its Content-Encoding says. */
export type BodyReading =
  | { readonly ok: true; readonly body: Buffer }
  /** `body`: what a form held, so that its sender can be recognised. */
  | { readonly ok: false; readonly refusal: BodyRefusal; readonly body?: Buffer }

type Decompress = (input: InputType, options: ZlibOptions) => Promise<Buffer>

// The zlib functions take the whole body at once: it is bounded, and they work off the event loop.
const decompressors = new Map<string, Decompress>([
  ['gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<InputType, ZlibOptions, Buffer>(inflate)],
  ['br', promisify<InputType, ZlibOptions, Buffer>(brotliDecompress)],
])

const jsonType =
  /^application\/(?:json|[a-z0-9!#$&^_.-]+\+json) *(?:; *charset *= *(?<charset>"?utf-?8"?) *)?;? *$/i

export interface BodyLimits {
  /** Before and after decompression. */
  readonly maxBytes: number
  /** Resolves when the body may grow beyond a megabyte. Default: at once. */
  readonly claim?: () => Promise<void>
}

/** A page of Mixpanel has less. */
export const smallBytes = 1024 * 1024
// Every chunk costs a turn of the event loop: Node's 16 kB would make a thousand of them.
const chunkSize = 256 * 1024

/** The body of a request. After a refusal the rest of the body may be unread. Never rejects. */
export const readBody = async (request: IncomingMessage, limits: BodyLimits): Promise<BodyReading> => {
  const { maxBytes } = limits
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const decompress = decompressors.get(encoding)
  const contentType = request.headers['content-type'] || 'application/json'
  if (!jsonType.test(contentType)) return refuseType(request, contentType)
  if (decompress === undefined && encoding !== 'identity' && encoding !== '')
    return refused('unknown-encoding')
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return refused('too-large')
  const received = await collect(request, limits)
  if (!received.ok || decompress === undefined) return received
  return decompressed(received.body, decompress, limits)
}

const maxFormBytes = 64 * 1024

const refuseType = async (request: IncomingMessage, contentType: string): Promise<BodyReading> => {
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return refused('wrong-content-type')
  return { ...(await collect(request, { maxBytes: maxFormBytes })), ok: false, refusal: 'wrong-content-type' }
}

const refused = (refusal: BodyRefusal): BodyReading => ({ ok: false, refusal })

const collect = (request: IncomingMessage, { maxBytes, claim }: BodyLimits): Promise<BodyReading> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let isSettled = false
    const settle = (reading: BodyReading): void => {
      isSettled = true
      request.off('data', take).off('end', finish)
      request.pause()
      resolve(reading)
    }
    const take = (chunk: Buffer): void => {
      const isGrowing = size <= smallBytes && size + chunk.length > smallBytes
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBytes) settle(refused('too-large'))
      else if (isGrowing && claim !== undefined) {
        request.pause()
        void claim().then(goOn)
      }
    }
    const goOn = (): void => {
      if (!isSettled) request.resume()
    }
    const finish = (): void =>
      settle({ ok: true, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) })
    const cutOff = (): void => settle(refused('unreadable'))
    request.on('data', take).once('end', finish).once('error', cutOff).once('close', cutOff)
    if (request.destroyed) cutOff()
  })

const decompressed = async (
  body: Buffer,
  decompress: Decompress,
  { maxBytes, claim }: BodyLimits,
): Promise<BodyReading> => {
  const small = await decompressedWithin(Math.min(maxBytes, smallBytes), body, decompress)
  if (small.ok || small.refusal !== 'too-large' || maxBytes <= smallBytes) return small
  await claim?.()
  return decompressedWithin(maxBytes, body, decompress)
}

const decompressedWithin = async (
  maxOutputLength: number,
  body: Buffer,
  decompress: Decompress,
): Promise<BodyReading> => {
  try {
    return { ok: true, body: await decompress(body, { maxOutputLength, chunkSize }) }
  } catch (error) {
    const tooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return refused(tooLarge ? 'too-large' : 'unreadable')
  }
}
