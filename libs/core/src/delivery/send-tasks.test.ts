import { DestinationError, type MemberResult } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import type { FeedChange } from './feed-store.ts'
import type { Task } from './plan-batch.ts'
import { sendTasks, type Send, type Sent } from './send-tasks.ts'

const task = (id: string): Task => ({
  verb: 'add',
  change: { id } as FeedChange,
  member: { id, identity: { kind: 'id', value: id }, properties: {} },
})
const applied = (tasks: readonly Task[]): MemberResult[] =>
  tasks.map(({ member }) => ({ memberId: member.id, outcome: 'applied' }))
const collect = async (tasks: readonly Task[], perCall: number, send: Send): Promise<Sent[]> => {
  const sent: Sent[] = []
  for await (const one of sendTasks(tasks, perCall, send)) sent.push(one)
  return sent
}
const outcomes = (sent: readonly Sent[]): string[] =>
  sent.map(({ task: { member }, result }) => `${member.id} ${result.outcome}`)

test('no call is larger than the limit, and every task is sent once', async () => {
  const calls: number[] = []
  const tasks = Array.from({ length: 25 }, (_, index) => task(`m${index}`))
  const sent = await collect(tasks, 10, async (some) => {
    calls.push(some.length)
    return applied(some)
  })
  expect(calls).toEqual([10, 10, 5])
  expect(sent.map((one) => one.task)).toEqual(tasks)
})

test('a member with two identities to remove is not named twice in one call', async () => {
  const calls: string[] = []
  await collect(['ann', 'bob', 'ann', 'cid'].map(task), 10, async (some) => {
    calls.push(some.map(({ member }) => member.id).join())
    return applied(some)
  })
  expect(calls).toEqual(['ann,bob', 'ann,cid'])
})

test.each([0, 1, 499, 998, 999])(
  'of 1,000 only member %d, whom the partner rejects, is refused',
  async (poison) => {
    let calls = 0
    const tasks = Array.from({ length: 1000 }, (_, index) => task(`m${index}`))
    const sent = await collect(tasks, 1000, async (some) => {
      calls++
      if (some.includes(tasks[poison]!)) throw new DestinationError('rejected', 'bad member')
      return applied(some)
    })
    expect(sent.filter(({ result }) => result.outcome !== 'applied')).toEqual([
      { task: tasks[poison], result: { memberId: `m${poison}`, outcome: 'refused', reason: 'bad member' } },
    ])
    expect(sent).toHaveLength(1000)
    expect(calls - 1).toBeLessThanOrEqual(2 * Math.log2(1000) + 1)
  },
)

test('any other failure is thrown, and what was sent before stays', async () => {
  const sent: Sent[] = []
  const failing = async () => {
    for await (const one of sendTasks(['ann', 'bob'].map(task), 1, async (some) => {
      if (some[0]?.member.id === 'bob') throw new DestinationError('unavailable', 'down')
      return applied(some)
    }))
      sent.push(one)
  }
  await expect(failing()).rejects.toThrow('down')
  expect(outcomes(sent)).toEqual(['ann applied'])
})

const ann = { memberId: 'ann', outcome: 'applied' }
test.each<[string, unknown, string[]]>([
  [
    'in another order',
    [{ memberId: 'bob', outcome: 'refused', reason: 'no' }, ann],
    ['ann applied', 'bob refused'],
  ],
  ['too few', [ann], ['ann applied', 'bob retry']],
  ['none', [], ['ann retry', 'bob retry']],
  [
    'of people nobody asked for',
    [ann, { memberId: 'eve', outcome: 'applied' }],
    ['ann applied', 'bob retry'],
  ],
  [
    'twice, the worse of which counts',
    [{ ...ann, outcome: 'refused', reason: 'no' }, ann],
    ['ann refused', 'bob retry'],
  ],
  ['null entries', [null, undefined, 7, 'bob', ann], ['ann applied', 'bob retry']],
  [
    'an outcome that does not exist',
    [ann, { memberId: 'bob', outcome: 'toString' }],
    ['ann applied', 'bob retry'],
  ],
  ['an id that is no text', [ann, { memberId: ['bob'], outcome: 'applied' }], ['ann applied', 'bob retry']],
])('results %s', async (_name, results, expected) => {
  const send: Send = async () => results as MemberResult[]
  expect(outcomes(await collect(['ann', 'bob'].map(task), 10, send))).toEqual(expected)
})

test.each([undefined, null, {}, 'ok', 7])('%j in place of results fails the call', async (results) => {
  const send: Send = async () => results as never
  await expect(collect([task('ann')], 10, send)).rejects.toThrow('no list of results')
})

test.each([
  [undefined, 'the connector gave no reason'],
  [{ code: 7 }, 'the connector gave no reason'],
  [' \u0000 ', 'the connector gave no reason'],
  ['un\nsubscribed', 'un subscribed'],
  [`${'x'.repeat(499)}🎉`, `${'x'.repeat(499)}\uFFFD`],
])('the reason %j becomes storable', async (reason, expected) => {
  const send: Send = async () => [{ memberId: 'ann', outcome: 'refused', reason } as MemberResult]
  expect((await collect([task('ann')], 10, send))[0]?.result).toMatchObject({ reason: expected })
})

test('an applied member with a reason is no failure', async () => {
  const send: Send = async () => [{ memberId: 'ann', outcome: 'applied', reason: 'fine' } as MemberResult]
  expect((await collect([task('ann')], 10, send))[0]?.result).toEqual({ memberId: 'ann', outcome: 'applied' })
})
