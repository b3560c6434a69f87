import { expect, onTestFinished, test } from 'vitest'
import { startApplier, type ApplierParts } from './applier.ts'
import type { AppliedStep } from './page-store.ts'

const step = (changed: Partial<AppliedStep> = {}): AppliedStep => ({
  accountId: 'acme',
  projectId: '1',
  cohortId: 'trial',
  sessionId: 's',
  added: 1,
  removed: 0,
  updated: 0,
  unchanged: 0,
  finished: false,
  held: 0,
  approved: false,
  ...changed,
})

/** A store that gives these steps one after the other; a function is called and may throw. */
const setup = (steps: (AppliedStep | undefined | (() => never))[], changed: Partial<ApplierParts> = {}) => {
  const lines: object[] = []
  const write = (fields: object, event: string): void => void lines.push({ ...fields, event })
  const idle = Promise.withResolvers<void>()
  let changes = 0
  const applier = startApplier({
    store: {
      applyNext: async () => {
        const next = steps.shift()
        if (steps.length === 0) idle.resolve()
        return typeof next === 'function' ? next() : next
      },
      clearDeleted: async () => false,
    },
    now: () => new Date(0),
    log: { debug: write, info: write, warn: write, error: write },
    onChange: () => void changes++,
    idleSeconds: 600,
    ...changed,
  })
  onTestFinished(() => applier.stop())
  return { applier, lines, steps, changes: () => changes, idle: idle.promise }
}

test('applies step after step until nothing is left, and tells of those that altered the ledger', async () => {
  const { idle, lines, changes, applier } = setup([
    step(),
    step({ added: 0 }),
    step({ finished: true }),
    undefined,
  ])
  await idle
  await applier.stop()
  expect(lines).toMatchObject([
    { event: 'step.applied' },
    { event: 'step.applied' },
    { event: 'session.applied', finished: true },
  ])
  expect(changes()).toBe(2)
})

test('tells of removals that wait and of those that were approved, by their number', async () => {
  const { idle, lines, applier } = setup([
    step({ finished: true, held: 7 }),
    step({ finished: true, approved: true }),
    undefined,
  ])
  await idle
  await applier.stop()
  expect(lines).toMatchObject([
    { event: 'session.applied' },
    { event: 'removals.held', cohortId: 'trial', members: 7 },
    { event: 'removals.applied' },
  ])
})

test('a wake-up that comes during a step is not lost', async () => {
  const { idle, steps, applier } = setup([undefined, step(), undefined])
  void applier.wake()
  await idle
  expect(steps).toEqual([])
})

test.each([[new Error('ann@example.com is not JSON')], [undefined], ['ann@example.com']])(
  'a store that throws %j is asked again, and nothing of the message is logged',
  async (thrown) => {
    const fail = () => {
      throw thrown
    }
    const { idle, lines, applier } = setup([fail, step(), undefined], { idleSeconds: 0.001 })
    await idle
    await applier.stop()
    expect(lines).toMatchObject([{ event: 'apply.failed' }, { event: 'step.applied' }])
    expect(JSON.stringify(lines)).not.toContain('ann@')
  },
)

test('stop waits for the step under way and begins no other', async () => {
  const { applier, steps, lines } = setup([step(), step()])
  await applier.stop()
  expect(lines).toHaveLength(1)
  expect(steps).toHaveLength(1)
})
