import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'

export interface LoopbackServer {
  readonly url: string
  readonly sockets: readonly Socket[]
  /** Resolves when every connection made so far has ended. */
  released(): Promise<unknown>
  close(): Promise<void>
}

/** Starts the server on a free loopback port. */
export const listen = async (server: Server): Promise<LoopbackServer> => {
  const sockets: Socket[] = []
  const closings: Promise<unknown>[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    closings.push(new Promise((resolve) => socket.once('close', resolve)))
    // A client that goes away in the middle is part of these tests.
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    sockets,
    released: () => Promise.all(closings),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
