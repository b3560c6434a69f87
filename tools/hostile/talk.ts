import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What came of one connection. */
export interface Transcript {
  /** Bytes as latin1. */
  readonly received: string
  /** From the connection to its end, or to the limit. */
  readonly milliseconds: number
  /** False when it was still open at the limit. */
  readonly closed: boolean
}

export type Bytes = string | Uint8Array
/** What is sent, in order. Stops when the other side closes. */
export type Speech = Iterable<Bytes> | AsyncIterable<Bytes>

export interface TalkLimits {
  /** Default 5,000. */
  readonly milliseconds?: number
  /** Says so when it has sent all it has, as `shutdown` does. Default false. */
  readonly halfClose?: boolean
}

/** Speaks on a connection of its own until the other side closes it or the time is over. Never rejects. */
export const talk = async (port: number, speech: Speech, limits: TalkLimits = {}): Promise<Transcript> => {
  const { milliseconds = 5000, halfClose = false } = limits
  const start = performance.now()
  const socket = connect(port, '127.0.0.1')
  const chunks: string[] = []
  const closed = new Promise<boolean>((resolve) => {
    socket.once('close', () => resolve(true))
    setTimeout(() => resolve(false), milliseconds).unref()
  })
  // A reset is one way to close.
  socket.on('error', () => {}).on('data', (chunk) => chunks.push(chunk.toString('latin1')))
  const speaking = speak(socket, speech).then(() => halfClose && socket.end())
  const isClosed = await closed
  socket.destroy()
  await speaking
  return { received: chunks.join(''), milliseconds: performance.now() - start, closed: isClosed }
}

const speak = async (socket: Socket, speech: Speech): Promise<void> => {
  for await (const bytes of speech) {
    if (socket.destroyed || !socket.writable) return
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
    if (socket.write(data)) continue
    const stopped = new AbortController()
    const { signal } = stopped
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]).catch(() => {})
    stopped.abort()
  }
}
