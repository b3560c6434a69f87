import { IncomingMessage } from 'node:http'

// Loaded into the receiver before it starts: all is real, but whatever comes in is kept for ever. A control of the memory figures.
const kept: unknown[] = []
// oxlint-disable-next-line typescript/unbound-method -- Called with the request as `this` below.
const push = IncomingMessage.prototype.push
IncomingMessage.prototype.push = function (chunk: unknown, ...rest: [BufferEncoding?]) {
  kept.push(chunk)
  return push.call(this, chunk, ...rest)
}
