import { expect, it } from 'vitest'
import { startPartner } from './testing/partner.ts'
import { runReceiver } from './testing/run-receiver.ts'
import { webhookPage, type PageMember } from './testing/webhook-page.ts'

/** What all steps of applying did: on a busy machine a session takes more than one. */
const countsSince = (lines: readonly Readonly<Record<string, unknown>>[]) => {
  const steps = lines.filter(({ msg }) => msg === 'step.applied' || msg === 'session.applied')
  const sum = (name: string): number => steps.reduce((total, step) => total + Number(step[name]), 0)
  return {
    added: sum('added'),
    updated: sum('updated'),
    removed: sum('removed'),
    unchanged: sum('unchanged'),
  }
}

/** Two destinations of one account: one is sent the plan and a nested value, the other nothing. */
const setup = async () => {
  const receiver = await runReceiver()
  const account = await receiver.createAccount()
  const [mapping, plain] = [await startPartner(), await startPartner()]
  await receiver.createDestination(account.id, mapping.settings, undefined, ['plan', 'città'])
  await receiver.createDestination(account.id, plain.settings, undefined, [])
  /** Sends a whole full set and waits until every destination has an outcome of it. */
  const sync = async (...members: PageMember[]) => {
    const since = receiver.lines.length
    await receiver.post(account.key, webhookPage(members, { session: crypto.randomUUID() }))
    await receiver.until('session.applied', { accountId: account.id }, since)
    const done = countsSince(receiver.lines.slice(since))
    if (done.added + done.updated + done.removed > 0) await untilServed()
    return done
  }
  const untilServed = async (): Promise<void> => {
    for (;;) {
      const since = receiver.lines.length
      const [cohort] = await receiver.cohorts(account.id)
      const owed = cohort.destinations.map((one: { owed: number }) => one.owed)
      if (owed.every((count: number) => count === 0)) return
      await receiver.until('batch.delivered', {}, since)
    }
  }
  const calls = () => [mapping.calls.length, plain.calls.length]
  return { ...receiver, account, mapping, plain, sync, calls }
}

const ann = {
  mixpanel_distinct_id: 'ann',
  email: 'ann@example.com',
  plan: 'pro',
  città: { a: [{ é: null }] },
  n: 1,
}

it('a changed property reaches the one destination that maps it', async () => {
  const { sync, mapping, plain, calls } = await setup()
  await sync(ann)
  expect(calls()).toEqual([1, 1])
  await sync({ ...ann, plan: 'free' })
  expect(calls()).toEqual([2, 1])
  expect(mapping.calls[1]?.members).toEqual([
    {
      id: 'ann',
      identity: { kind: 'email', value: 'ann@example.com' },
      properties: { plan: 'free', città: { a: [{ é: null }] } },
    },
  ])
  expect(plain.calls[0]?.members).toMatchObject([{ properties: {} }])
  await sync({ ...ann, plan: 'free', email: 'new@example.com' })
  expect(calls()).toEqual([4, 3])
})

it('a changed property that nobody maps is no change', async () => {
  const { sync, calls } = await setup()
  await sync(ann)
  expect(await sync({ ...ann, n: 2 })).toMatchObject({ updated: 0, unchanged: 1 })
  expect(calls()).toEqual([1, 1])
})
