import { expect, test } from 'vitest'
import { faultyLine, type Fault } from './faulty-line.ts'
import { judgeReply } from './judge-reply.ts'
import type { Line } from './line.ts'
import type { PageBody } from './pages.ts'

const pageOf = (session: string): PageBody => ({
  action: 'add_members',
  parameters: { mixpanel_session_id: session, members: [] },
})

const setup = (...faults: Fault[]) => {
  const arrived: string[] = []
  const line: Line = {
    open: (page) => async () => {
      arrived.push(String(page.parameters['mixpanel_session_id']))
      return { status: 200, text: '{"status":"success"}' }
    },
  }
  const faulty = faultyLine(line, () => faults.shift() ?? 'delivered')
  const call = async (session: string, tries: number) => {
    const tryOnce = faulty.open(pageOf(session))
    const verdicts: string[] = []
    for (let count = 0; count < tries; count += 1) verdicts.push(judgeReply(await tryOnce()).verdict)
    return verdicts
  }
  return { faulty, call, arrived }
}

test.each<[Fault, string[], number]>([
  ['delivered', ['accepted'], 1],
  ['duplicated', ['accepted'], 2],
  ['request-lost', ['again', 'accepted'], 1],
  ['reply-lost', ['again', 'accepted'], 2],
  ['refused', ['again', 'again', 'again', 'again', 'again', 'again'], 0],
  ['every-reply-lost', ['again', 'again', 'again', 'again', 'again', 'again'], 6],
  ['late', ['again', 'again'], 0],
  ['forbidden', ['paused'], 0],
])('%s: Mixpanel sees %j, and %i arrive', async (fault, verdicts, arrivals) => {
  const { call, arrived } = setup(fault)
  expect(await call('one', verdicts.length)).toEqual(verdicts)
  expect(arrived).toHaveLength(arrivals)
})

test('a late page arrives when it is told to, once', async () => {
  const { faulty, call, arrived } = setup('delivered', 'late')
  await call('one', 1)
  await call('one', 6)
  await faulty.arriveLate()
  await faulty.arriveLate()
  expect(arrived).toEqual(['one', 'one'])
})

test('a page of an export of which nothing came is not late but lost', async () => {
  const { faulty, call, arrived } = setup('late')
  await call('one', 6)
  await faulty.arriveLate()
  expect(arrived).toEqual([])
})
