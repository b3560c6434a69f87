import { describe, expect, onTestFinished, test } from 'vitest'
import { createCleanup } from '../demo/cleanup.ts'
import { allVectors } from './all-vectors.ts'
import { playVectors, type Plan } from './play-vectors.ts'
import { problemsOf } from './judge-vector.ts'
import { leakingPlan } from './leaking-plan.ts'
import { badMemoryFigures } from './report.ts'

const idle = 300

const play = (plan: Plan) => {
  const cleanup = createCleanup()
  onTestFinished(() => cleanup.run())
  return playVectors(plan, cleanup)
}

const named = (pattern: RegExp) => allVectors(idle).filter(({ name }) => pattern.test(name))

test('the receiver stands every hostile request', { timeout: 120_000 }, async () => {
  // The command plays the rest: crowds of large bodies, and requests that are slow for 15 seconds.
  const vectors = allVectors(idle).filter(({ name }) => !name.endsWith('at once'))
  const { results, ended } = await play({ variant: 'real', vectors, patient: [] })
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([])
  expect(ended).toEqual([])
  expect(results.length).toBeGreaterThan(120)
})

test('the same checks catch a plain Express app (negative control)', { timeout: 60_000 }, async () => {
  const pattern =
    /^(GET|two Hosts|no Host|3,000 headers|a header of 20 kB|cut off|nothing said|invalid UTF-8|UTF-16)$/
  const { results } = await play({ variant: 'plain-express', vectors: named(pattern), patient: [] })
  const caught = results.filter(({ problems }) => problems.length > 0).map(({ name }) => name)
  expect(caught.length).toBeGreaterThanOrEqual(7)
})

test('memory comes back to what it was, and a second round adds nothing', { timeout: 120_000 }, async () => {
  const outcome = await play({ ...leakingPlan, variant: 'real' })
  expect(badMemoryFigures(outcome)).toEqual([])
})

test(
  'the same figures catch a receiver that keeps every body (negative control)',
  { timeout: 120_000 },
  async () => {
    const outcome = await play(leakingPlan)
    const byProcess = ['memory after all', '  a round more, by round 2']
    const expected = [...(outcome.after.memoryIsUsed ? byProcess : []), '  in use by the main thread']
    expect(badMemoryFigures(outcome)).toEqual(expect.arrayContaining(expected))
  },
)

describe('a connection', () => {
  const envelope = '{"action":null,"status":"failure","error":{"message":"m","code":400}}'
  const answer = (status: number, body = envelope, type = 'application/json') =>
    `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  const good = { received: answer(400), milliseconds: 1, closed: true }
  const vector = { expected: [400] }

  test('with one answer in the envelope is right', () => {
    expect(problemsOf(vector, [good, good])).toEqual([])
  })

  test.each([
    ['no answer', { received: '' }],
    ['another status', { received: answer(413) }],
    ['HTML', { received: answer(400, '<html>', 'text/html') }],
    ['a code that is not the status', { received: answer(400, envelope.replace('400', '401')) }],
    ['a second answer', { received: answer(400) + answer(400) }],
    ['half an answer', { received: `${answer(400)}HTTP/1.1 40` }],
    ['no end', { closed: false }],
    ['a late end', { milliseconds: 6000 }],
  ])('with %s is not', (_fault, change) => {
    expect(problemsOf(vector, [{ ...good, ...change }])).not.toEqual([])
  })
})
