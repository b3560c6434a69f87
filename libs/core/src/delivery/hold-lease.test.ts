import { expect, test } from 'vitest'
import { holdLease } from './hold-lease.ts'

const turn = { feedId: 1, destinationId: 'crm', lease: 1 }

/** A lease of 15 seconds whose beats come when the test says so. */
const setup = (answers: (boolean | 'down')[]) => {
  let now = 0
  let beat: (() => void) | undefined
  const waited: number[] = []
  const renewed: number[] = []
  const held = holdLease(turn, {
    leaseSeconds: 15,
    clock: () => now,
    pause: (seconds, stopped) =>
      new Promise((resolve) => {
        waited.push(seconds)
        beat = resolve
        stopped.addEventListener('abort', () => resolve())
      }),
    store: {
      renewLease: async (_turn, seconds) => {
        renewed.push(seconds)
        const answer = answers.shift() ?? true
        if (answer === 'down') throw new Error('no answer')
        return answer
      },
    },
  })
  /** The next beat comes, so many seconds after the one before, and is answered. */
  const pass = async (seconds: number) => {
    now += seconds * 1000
    const before = waited.length
    beat!()
    for (let turns = 0; turns < 20 && waited.length === before; turns++) await Promise.resolve()
  }
  return { ...held, pass, waited, renewed }
}

test('a lease is renewed three times before it would run out', async () => {
  const { pass, waited, renewed, lost, end } = setup([])
  await pass(5)
  await pass(5)
  expect([waited, renewed]).toEqual([
    [5, 5, 5],
    [15, 15],
  ])
  expect(lost.aborted).toBe(false)
  await end()
})

test('a lease that another worker has is lost at once', async () => {
  const { pass, lost, end } = setup([true, false])
  await pass(5)
  expect(lost.aborted).toBe(false)
  await pass(5)
  expect(lost.aborted).toBe(true)
  await end()
})

test('a database that does not answer loses a lease only once it would have run out', async () => {
  const { pass, lost, end } = setup(['down', 'down', 'down'])
  await pass(5)
  await pass(5)
  expect(lost.aborted).toBe(false)
  await pass(5)
  expect(lost.aborted).toBe(true)
  await end()
})

test('a database that answers again in time keeps it', async () => {
  const { pass, lost, end } = setup(['down', 'down', true, 'down', 'down'])
  for (let beats = 0; beats < 5; beats++) await pass(4)
  expect(lost.aborted).toBe(false)
  await end()
})

test('a lease that is ended is renewed no longer', async () => {
  const { renewed, lost, end } = setup([])
  await end()
  expect([renewed, lost.aborted]).toEqual([[], false])
})
