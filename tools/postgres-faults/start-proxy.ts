import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isCommitted, messageReader } from './message-reader.ts'
import { pipePooled } from './pipe-pooled.ts'

/**
 * `pass`: as if there were no proxy. `silent`: connections stay open and nothing goes through, new ones are taken and
 * hear nothing. `cut`: every connection ends, and so does each new one.
 */
type ProxyMode = 'pass' | 'silent' | 'cut'

/** Stands between a client and a PostgreSQL, and does harm when told. */
export interface FaultProxy {
  /** Holds a socket of the name PostgreSQL clients look for. */
  readonly folder: string
  setMode(mode: ProxyMode): void
  /** What the server says from now on comes that much later. */
  setDelay(milliseconds: number): void
  /** The server commits, and its answer is lost: the connection ends instead (`cut`) or stays silent. Once. */
  dropNextCommit(how: 'cut' | 'silent'): void
  /** Answers to COMMIT that were dropped. */
  dropped(): number
  /** Transactions that were begun through it. */
  begun(): number
  close(): Promise<void>
}

export interface ProxyOptions {
  /** Where the socket of the server is. */
  readonly serverFolder: string
  /** Like a pooler in transaction mode: each transaction of a client goes to another connection. Default: false. */
  readonly pools?: boolean
}

const socketName = '.s.PGSQL.5432'

interface State {
  mode: ProxyMode
  delay: number
  dropping: 'cut' | 'silent' | undefined
  dropped: number
  begun: number
}

/** `postgres://postgres@/database?host=<folder>` goes through it. */
export const startProxy = async ({ serverFolder, pools = false }: ProxyOptions): Promise<FaultProxy> => {
  const folder = await mkdtemp(join(tmpdir(), 'cohort-relay-proxy-'))
  const state: State = { mode: 'pass', delay: 0, dropping: undefined, dropped: 0, begun: 0 }
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const open = (): Socket => keep(connect(join(serverFolder, socketName)))
  const server = createServer((client) => {
    keep(client)
    if (state.mode === 'cut') client.destroy()
    else if (pools) pipePooled(client, open)
    else pipe(client, open(), state)
  })
  server.listen(join(folder, socketName))
  await once(server, 'listening')
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    folder,
    setMode: (mode) => {
      state.mode = mode
      if (mode === 'cut') endAll()
    },
    setDelay: (milliseconds) => void (state.delay = milliseconds),
    dropNextCommit: (how) => void (state.dropping = how),
    dropped: () => state.dropped,
    begun: () => state.begun,
    close: async () => {
      endAll()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const pipe = (client: Socket, server: Socket, state: State): void => {
  const read = messageReader()
  let isLost = false
  let delivered = Promise.resolve()

  const answer = async (bytes: Buffer): Promise<void> => {
    if (state.delay > 0) await setTimeout(state.delay)
    if (!client.destroyed) client.write(bytes)
  }
  client.on('data', (chunk: Buffer) => {
    if (isLost || state.mode !== 'pass') return
    state.begun += countBegins(chunk)
    server.write(chunk)
  })
  server.on('data', (chunk: Buffer) => {
    if (isLost || state.mode !== 'pass') return
    const messages = read(chunk)
    const lost = state.dropping === undefined ? -1 : messages.findIndex(isCommitted)
    const said = lost < 0 ? messages : messages.slice(0, lost)
    delivered = delivered.then(() => answer(Buffer.concat(said.map(({ bytes }) => bytes))))
    if (lost < 0) return
    const how = state.dropping
    Object.assign(state, { dropping: undefined, dropped: state.dropped + 1 })
    isLost = true
    if (how === 'cut') client.destroy()
  })
  client.on('close', () => server.destroy())
  server.on('close', () => void delivered.then(() => state.mode === 'silent' || client.end()))
}

/** The store begins with one simple query, which is never cut in two by a local socket. */
const countBegins = (chunk: Buffer): number => chunk.toString('latin1').split('BEGIN').length - 1
