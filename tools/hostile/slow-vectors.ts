import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { talk, type Transcript } from './talk.ts'
import { head, pageAround, pageHead, send, webhook, type Vector } from './vector.ts'

/** A byte a second for a minute, after what is sent at once. */
const drip = async function* (start: string): AsyncGenerator<string> {
  yield start
  for (let second = 0; second < 60; second++) {
    await pause(1000, undefined, { ref: false })
    yield 'x'
  }
}

const limit = { milliseconds: 30_000 } as const
// What the machine adds when it is busy.
const slack = 500
const headersWithin = 6000 + slack
const bodiesWithin = 15_000 + slack

/** Slow requests of every kind at the same time: they wait, they do not work. */
export const slowVectors: readonly Vector[] = [
  {
    name: 'nothing, on a new connection',
    expected: [503],
    maySayNothing: true,
    within: headersWithin,
    attack: async ({ port }) => [await talk(port, [], limit)],
  },
  {
    name: 'headers, a byte a second',
    expected: [503],
    within: headersWithin,
    attack: async ({ port }) => [
      await talk(port, drip(`POST ${webhook} HTTP/1.1\r\nHost: test\r\nx-a: `), limit),
    ],
  },
  {
    name: 'a body, a byte a second',
    expected: [503],
    within: bodiesWithin,
    attack: async ({ port, key }) => [
      await talk(port, drip(pageHead(key, 'Content-Length: 1000000')), limit),
    ],
  },
  {
    name: 'a body that stops, its length a lie',
    expected: [503],
    within: bodiesWithin,
    attack: async ({ port, key }) => [
      await talk(port, [pageHead(key, 'Content-Length: 1000'), pageAround('[]')], limit),
    ],
  },
  {
    name: 'a chunk that stops',
    expected: [503],
    within: bodiesWithin,
    attack: async ({ port, key }) => [
      await talk(port, [pageHead(key, 'Transfer-Encoding: chunked'), '64\r\n{'], limit),
    ],
  },
  {
    name: 'a body without a key, a byte a second',
    expected: [401],
    within: bodiesWithin,
    attack: async ({ port }) => [await talk(port, drip(pageHead('none', 'Content-Length: 1000000')), limit)],
  },
]

const honestPages = 100

/** Connections that have spoken once and wait; meanwhile honest pages go through, each in a second. */
export const idleVector = (connections: number): Vector => ({
  name: `${connections} idle connections, honest pages meanwhile`,
  expected: [200],
  within: 1000,
  attack: async (target) => {
    const sockets = await openMany(target.port, connections)
    const transcripts: Transcript[] = []
    try {
      for (let page = 0; page < honestPages; page++)
        transcripts.push(await send(target, pageAround(`[{"mixpanel_distinct_id":"${page}"}]`)))
    } finally {
      for (const socket of sockets) socket.destroy()
    }
    return transcripts
  },
})

const openMany = async (port: number, count: number): Promise<readonly Socket[]> => {
  const sockets: Socket[] = []
  const hello = head(`HEAD ${webhook} HTTP/1.1`, 'Host: test')
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(250, count - sockets.length) }, () =>
      connect(port, '127.0.0.1'),
    )
    sockets.push(...batch)
    await Promise.all(batch.map((socket) => speakOnce(socket, hello)))
  }
  return sockets
}

const speakOnce = async (socket: Socket, hello: string): Promise<void> => {
  socket.on('error', () => {})
  socket.write(hello)
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
}
