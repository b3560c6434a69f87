import { expect, test } from 'vitest'
import { holdLease } from './hold-lease.ts'
import { manualClock, settle } from './testing/manual-clock.ts'

const turn = { feedId: 1, destinationId: 'crm', lease: 1, version: 1 }

/** What the database says to a renewal; `hangs`: nothing. */
type Answer = boolean | 'down' | 'hangs'

/** A lease of 15 seconds that was asked for so many seconds ago. */
const setup = (answers: Answer[] = [], askedSecondsAgo = 0) => {
  const time = manualClock()
  const renewedAt: number[] = []
  const hanging = Promise.withResolvers<boolean>()
  const renewLease = async (_turn: unknown, seconds: number): Promise<boolean> => {
    expect(seconds).toBe(15)
    renewedAt.push(time.clock() / 1000)
    const answer = answers.shift() ?? true
    if (answer === 'down') throw new Error('no answer')
    return answer === 'hangs' ? hanging.promise : answer
  }
  const { clock, pause } = time
  const parts = { leaseSeconds: 15, clock, pause, store: { renewLease } }
  const held = holdLease(turn, -askedSecondsAgo * 1000, parts)
  return { ...held, ...time, renewedAt, answer: hanging.resolve }
}

test('a lease is renewed three times before it would run out', async () => {
  const { pass, renewedAt, lost } = setup()
  await pass(31)
  expect(renewedAt).toEqual([5, 10, 15, 20, 25, 30])
  expect(lost.aborted).toBe(false)
})

test('a lease that another worker has is lost at once, and renewed no longer', async () => {
  const { pass, renewedAt, lost, pausing } = setup([true, false])
  await pass(9)
  expect(lost.aborted).toBe(false)
  await pass(1)
  expect(lost.aborted).toBe(true)
  await pass(60)
  expect({ renewedAt, pausing: pausing() }).toEqual({ renewedAt: [5, 10], pausing: 0 })
})

test.each<[string, Answer[]]>([
  ['is down', ['down', 'down', 'down']],
  ['does not answer', ['hangs']],
  ['goes down and then does not answer', ['down', 'hangs']],
])('a database that %s loses a lease once it has run out, and not before', async (_name, answers) => {
  const { pass, lost } = setup(answers)
  await pass(14.999)
  expect(lost.aborted).toBe(false)
  await pass(0.001)
  expect(lost.aborted).toBe(true)
})

test('a lease lasts from when it was asked for, not from when the database answered', async () => {
  const { pass, lost } = setup(['down', 'down'], 4)
  await pass(10.999)
  expect(lost.aborted).toBe(false)
  await pass(0.001)
  expect(lost.aborted).toBe(true)
})

test('a renewal counts from when it was asked for', async () => {
  const { pass, lost, answer } = setup(['hangs', 'down', 'down', 'down'])
  await pass(9)
  answer(true)
  await pass(10.999)
  expect(lost.aborted).toBe(false)
  await pass(0.001)
  expect(lost.aborted).toBe(true)
})

test('a database that answers again in time keeps the lease', async () => {
  const { pass, lost } = setup(['down', true, 'down', true, 'down', true])
  await pass(34)
  expect(lost.aborted).toBe(false)
})

test('a lease that is ended is renewed no longer, is not lost, and leaves nothing that waits', async () => {
  const { pass, renewedAt, lost, end, pausing } = setup()
  await end()
  await pass(60)
  expect({ renewedAt, lost: lost.aborted, pausing: pausing() }).toEqual({
    renewedAt: [],
    lost: false,
    pausing: 0,
  })
})

test('the end waits for a renewal under way, so that none holds a destination after it was given back', async () => {
  const { pass, end, answer } = setup(['hangs'])
  await pass(6)
  let hasEnded = false
  const ended = end().then(() => (hasEnded = true))
  await settle()
  expect(hasEnded).toBe(false)
  answer(true)
  await ended
})

test('the end waits for a renewal that is never answered no longer than the lease lasts', async () => {
  const { pass, end } = setup(['hangs'])
  await pass(6)
  let hasEnded = false
  void end().then(() => (hasEnded = true))
  await pass(8.999)
  expect(hasEnded).toBe(false)
  await pass(0.001)
  expect(hasEnded).toBe(true)
})
