import { expect, test } from 'vitest'
import { virtualClock } from './clock.ts'
import type { RecordedCall } from './recording.ts'
import { replay } from './replay.ts'

const setup = (speed: number) => {
  const clock = virtualClock()
  const begun: [string, number][] = []
  const play = (calls: readonly RecordedCall[]) =>
    replay(calls, {
      receiver: { url: 'http://receiver.example/', credentials: { key: 'k', scheme: 'x-api-key' } },
      network: {
        fetch: async (_url, request) => {
          begun.push([request?.body as string, clock.now()])
          return new Response('{"status":"success"}')
        },
      },
      clock,
      speed,
    })
  return { play, begun }
}

const call = (body: string, at: number, milliseconds: number): RecordedCall => ({
  at,
  milliseconds,
  body,
  status: 200,
})

test('keeps the order and the rhythm, as many times as fast as asked', async () => {
  const { play, begun } = setup(10)
  await play([call('a', 0, 5), call('b', 1000, 5), call('c', 1001, 500)])
  expect(begun).toEqual([
    ['"a"', 0],
    ['"b"', 100],
    ['"c"', expect.closeTo(100.1)],
  ])
})
