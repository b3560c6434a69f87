import { expect, test } from 'vitest'
import { brokenReceivers } from './broken-receivers.ts'
import { checkHistories, problemsOf, shrinkHistory, type CheckResult } from './check-histories.ts'
import { tellHistory } from './tell-history.ts'

const result: CheckResult = {
  kind: 'refusals',
  histories: 1000,
  seed: 1,
  shared: 500,
  diverged: 0,
  silent: 0,
  flagged: 0,
  milliseconds: 1,
  failedAt: undefined,
}

test.each<[string, Partial<CheckResult>, string[]]>([
  ['nothing diverged', {}, []],
  ['one diverged after refusals', { diverged: 1 }, ['1 of 1000 diverged, at most 0 may']],
  ['10 of 1,000 diverged after lost replies', { kind: 'lost-replies', diverged: 10, flagged: 10 }, []],
  [
    '11 of 1,000 diverged after lost replies',
    { kind: 'lost-replies', diverged: 11 },
    ['11 of 1000 diverged, at most 10 may'],
  ],
  [
    'one diverged silently',
    { kind: 'lost-replies', diverged: 1, silent: 1 },
    ['1 diverged and nothing says so'],
  ],
  [
    'only one form of ids was drawn',
    { shared: 1000 },
    ['shared and separate session ids were not both drawn'],
  ],
])('judges when %s', (_name, changes, problems) => {
  expect(problemsOf({ ...result, ...changes })).toEqual(problems)
})

test('a history that fails is shrunk, found again by its path, and told call by call', async () => {
  const stage = await brokenReceivers[0]!.openStage()
  const plan = { kind: 'refusals', histories: 300, seed: 1 } as const
  const { failedAt } = await checkHistories(plan, [stage])
  const shrunk = await shrinkHistory(plan, failedAt ?? '', stage)
  expect(await shrinkHistory(plan, shrunk?.path ?? '', stage)).toEqual(shrunk)
  const story = await tellHistory(shrunk!.history, stage)
  expect(story.slice(1, 3)).toEqual([
    'sync 1, half an hour later',
    expect.stringMatching(/^ {2}members session-1 page \d of \d \{user-\d\d.*\}: delivered$/),
  ])
  expect(story).toContainEqual(expect.stringMatching(/^ {4}arrives, ours: \{.*\}$/))
  expect(story.at(-3)?.slice(22)).not.toBe(story.at(-2)?.slice(22))
  expect(story.at(-1)).toBe('what the receiver says of it: nothing')
})
