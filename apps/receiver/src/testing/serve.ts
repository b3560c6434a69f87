import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Listens on a free port of this machine until the test is over. */
export const serve = async (server: Server): Promise<{ url: string; port: number }> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port }
}

/** Writes bytes to a socket and returns all that comes back until the other side closes. */
export const exchange = async (port: number, ...writes: (string | Buffer)[]): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
  })
  // A reset after the answer is the other side's way to close.
  socket.on('error', () => undefined)
  for (const text of writes) socket.write(text)
  await once(socket, 'close')
  return received
}
