import type { Socket } from 'node:net'
import { isIdle, isNotification, messageReader } from './message-reader.ts'

/** Connections to the server that the transactions of one client take turns on. */
const serverConnections = 3

interface Upstream {
  readonly socket: Socket
  /** Resolves once the server has let the client in. */
  readonly admitted: Promise<void>
}

/** Sends what follows each finished transaction over another connection, which knows nothing of the one before. */
export const pipePooled = (client: Socket, open: () => Socket): void => {
  let upstreams: Upstream[] = []
  let current = 0
  let isFree = true
  let sending = Promise.resolve()

  const start = (greeting: Buffer): void => {
    upstreams = Array.from({ length: serverConnections }, (_, index) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const socket = open()
      listen(socket, index, resolve)
      socket.write(greeting)
      return { socket, admitted: promise }
    })
  }
  const listen = (socket: Socket, index: number, admit: () => void): void => {
    const read = messageReader()
    let isAdmitted = false
    socket.on('data', (chunk: Buffer) => {
      for (const message of read(chunk)) {
        // The client is greeted once, by the first. A notification belongs to no transaction, and a pooler drops it.
        if ((isAdmitted || index === 0) && !isNotification(message)) client.write(message.bytes)
        if (!isIdle(message)) continue
        if (isAdmitted) isFree = true
        isAdmitted = true
        admit()
      }
    })
    socket.on('close', () => client.destroy())
  }
  const send = async (chunk: Buffer): Promise<void> => {
    if (isFree) current = (current + 1) % serverConnections
    isFree = false
    const upstream = upstreams[current]
    await upstream?.admitted
    upstream?.socket.write(chunk)
  }
  client.on('data', (chunk: Buffer) => {
    if (upstreams.length === 0) start(chunk)
    else sending = sending.then(() => send(chunk))
  })
  client.on('close', () => {
    for (const { socket } of upstreams) socket.destroy()
  })
}
