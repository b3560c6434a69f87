import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sendLoad } from './send-load.ts'

const setup = async (answer: (body: string) => { status: number; text: string }) => {
  const received: string[] = []
  const listener: RequestListener = (req, res) => {
    let body = ''
    req.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    req.on('end', () => {
      received.push(body)
      const { status, text } = answer(body)
      res.writeHead(status).end(text)
    })
  }
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const connections = new Set<unknown>()
  server.on('connection', (socket) => connections.add(socket))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, connections }
}

const bodies = ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text))

test('sends every body once over as many connections as asked', async () => {
  const { url, received, connections } = await setup(() => ({ status: 200, text: '{"status":"success"}' }))
  const result = await sendLoad({ url, key: 'k', bodies, connections: 2 })
  expect(received.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(connections.size).toBe(2)
  expect(result).toMatchObject({ failures: [], latencies: { length: 5 } })
})

test.each([
  [503, '{"status":"failure"}'],
  [200, '{"status":"failure"}'],
])('counts an answer of %i %s as a failure', async (status, text) => {
  const { url } = await setup((body) =>
    body === 'c' ? { status, text } : { status: 200, text: '{"status":"success"}' },
  )
  const { failures } = await sendLoad({ url, key: 'k', bodies, connections: 1 })
  expect(failures).toEqual([`${status}: ${text}`])
})
