import type { LastReply } from '@cohort-relay/core'
import { expect, test } from 'vitest'
import { noteLastReplies } from './last-replies.ts'
import { logLines } from './testing/log-lines.ts'

const setup = ({ isDown = false } = {}) => {
  let now = 0
  const told: unknown[] = []
  const { log, lines } = logLines()
  const recordReply = async (accountId: string, cohort: object | null, { condition }: LastReply) => {
    told.push([accountId, cohort, condition])
    if (isDown) throw new Error('down')
  }
  const note = noteLastReplies({ store: { recordReply }, now: () => new Date(now), log })
  const page = (answer: string, cohortId?: string) =>
    note({
      accountId: 'ann',
      answer,
      status: 200,
      ...(cohortId !== undefined && { projectId: '1', cohortId }),
    })
  return { note, page, told, lines, pass: (milliseconds: number) => void (now += milliseconds) }
}

test('the same answer is told once a second, another one at once', () => {
  const { page, told, pass } = setup()
  for (let pages = 0; pages < 100; pages++) page('success', '2')
  page('store-unavailable', '2')
  expect(told).toHaveLength(2)
  pass(1000)
  page('store-unavailable', '2')
  expect(told).toHaveLength(3)
})
test('cohorts and the account are apart', () => {
  const { page, told } = setup()
  page('success', '2')
  page('success', '3')
  page('over-rate')
  expect(told).toEqual([
    ['ann', { projectId: '1', cohortId: '2' }, 'success'],
    ['ann', { projectId: '1', cohortId: '3' }, 'success'],
    ['ann', null, 'over-rate'],
  ])
})
test('a page of nobody is not told', () => {
  const { note, told } = setup()
  note({ answer: 'unknown-key', status: 401 })
  expect(told).toEqual([])
})
test('a store that is down harms nobody, and is told again by the next page', async () => {
  const { page, told, lines } = setup({ isDown: true })
  page('success', '2')
  await Promise.resolve().then(() => undefined)
  page('success', '2')
  expect(told).toHaveLength(2)
  expect(JSON.stringify(lines)).toContain('reply.not-noted')
})
