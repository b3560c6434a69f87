import { expect, test } from 'vitest'
import { signalled } from './signalled.ts'

const never = new AbortController().signal

test('a signal ends the wait', async () => {
  const { signal, wait } = signalled()
  const waiting = wait(600, never)
  signal()
  await expect(waiting).resolves.toBeUndefined()
})

test('a signal that comes while nobody waits ends the next wait at once, and only that', async () => {
  const { signal, wait } = signalled()
  signal()
  signal()
  await wait(600, never)
  const stopping = new AbortController()
  let ended = false
  const waiting = wait(600, stopping.signal).then(() => (ended = true))
  await Promise.resolve()
  expect(ended).toBe(false)
  stopping.abort()
  await waiting
})

test('a signal during a pause does not end it and is not lost', async () => {
  const { signal, wait, pause } = signalled()
  const stopping = new AbortController()
  let ended = false
  const pausing = pause(600, stopping.signal).then(() => (ended = true))
  signal()
  await Promise.resolve()
  expect(ended).toBe(false)
  stopping.abort()
  await pausing
  await wait(600, never)
})

test('a stop that came before ends wait and pause at once', async () => {
  const { wait, pause } = signalled()
  await expect(wait(600, AbortSignal.abort())).resolves.toBeUndefined()
  await expect(pause(600, AbortSignal.abort())).resolves.toBeUndefined()
})

test('time ends the wait', async () => {
  await expect(signalled().wait(0.001, never)).resolves.toBeUndefined()
})

test('no timer keeps the process alive', async () => {
  const { wait, pause } = signalled()
  const stopping = new AbortController()
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const both = [wait(600, stopping.signal), pause(600, stopping.signal)]
  expect(timers()).toBe(before)
  stopping.abort()
  await Promise.all(both)
})
