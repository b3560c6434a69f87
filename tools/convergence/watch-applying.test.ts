import { createMemoryStore, readCohortPage } from '@cohort-relay/core'
import { expect, test } from 'vitest'
import { createAccount } from './store-stage.ts'
import { watchApplying } from './watch-applying.ts'

const setup = async () => {
  const { store, settled } = watchApplying(createMemoryStore())
  const now = new Date(0)
  await createAccount(store, 'ann', now)
  const body = Buffer.from('{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[]}}')
  const storePage = async () => {
    const reading = readCohortPage(body)
    if (reading.ok) await store.storePage({ accountId: 'ann', page: reading.page, body, receivedAt: now })
  }
  return { settled, storePage, applyNext: () => store.applyNext(now) }
}

test('is settled while nothing was stored', async () => {
  await expect((await setup()).settled()).resolves.toBeUndefined()
})

test('waits until nothing is left to apply', async () => {
  const { settled, storePage, applyNext } = await setup()
  await storePage()
  const events: string[] = []
  const waiting = settled().then(() => events.push('settled'))
  while ((await applyNext()) !== undefined) events.push('applied')
  await waiting
  expect(events.at(-1)).toBe('settled')
  expect(events.length).toBeGreaterThan(1)
})
