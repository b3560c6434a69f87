import { readCohortPage } from '@cohort-relay/core'
import { expect, onTestFinished, test } from 'vitest'
import { createCleanup } from '../demo/cleanup.ts'
import type { ReadPage } from './check-input.ts'
import { fuzzHttp } from './fuzz-http.ts'
import { fuzzReading } from './fuzz-reading.ts'
import { startTarget } from './start-target.ts'

test('hostile bodies are read or refused, and answered so', { timeout: 60_000 }, async () => {
  const reading = fuzzReading({ inputs: 5000, seed: 1, kept: 200 })
  expect(reading.failure).toBeUndefined()
  const cleanup = createCleanup()
  onTestFinished(() => cleanup.run())
  const sent = await fuzzHttp(await startTarget('real', cleanup), reading.kept)
  expect(sent.problems).toEqual([])
  // The bodies are of both kinds, or the check would say little.
  expect(Object.keys(sent.statuses)).toEqual(['200', '400'])
})

const withIds =
  (change: (id: string) => string): ReadPage =>
  (body, options) => {
    const reading = readCohortPage(body, options)
    if (!reading.ok) return reading
    const members = reading.page.members.map((member) => ({ ...member, id: change(member.id) }))
    return { ok: true, page: { ...reading.page, members } }
  }

test.each<[string, ReadPage]>([
  ['takes ids that are blank', withIds(() => ' ')],
  ['makes two members one', withIds((id) => id.slice(0, 1))],
  [
    'throws at a lone surrogate',
    (body, options) => {
      if (body.includes('\\ud800')) throw new Error('a lone surrogate')
      return readCohortPage(body, options)
    },
  ],
  ['cuts bodies short', (body) => readCohortPage(body.subarray(0, -1))],
])('the same check catches a reader that %s (negative control)', (_fault, readPage) => {
  expect(fuzzReading({ inputs: 5000, seed: 1, readPage }).failure).toBeDefined()
})
