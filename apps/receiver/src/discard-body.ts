import type { IncomingMessage } from 'node:http'

export interface DiscardLimits {
  readonly bytes: number
  readonly milliseconds: number
}

/**
 * Reads what is left of a body and throws it away, so that the sender has finished sending when the answer comes: a
 * connection closed while it still sends would lose the answer. False when a limit came first and bytes are left.
 */
export const discardBody = (request: IncomingMessage, limits: DiscardLimits): Promise<boolean> =>
  new Promise((resolve) => {
    if (request.complete || request.destroyed) {
      resolve(true)
      return
    }
    let size = 0
    const settle = (whole: boolean): void => {
      clearTimeout(timer)
      request.off('data', take)
      resolve(whole)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size > limits.bytes) settle(false)
    }
    const timer = setTimeout(() => settle(false), limits.milliseconds)
    request.once('end', () => settle(true)).once('close', () => settle(true))
    request.on('data', take).resume()
  })
