import { createHash } from 'node:crypto'
import { defaultAccountSettings, readCohortPage, type Store } from '@cohort-relay/core'
import { virtualClock, type MovableClock } from '../mixpanel-simulator/clock.ts'
import type { Line, Reply } from '../mixpanel-simulator/line.ts'
import { openStore } from './open-store.ts'
import { dateOf, type Stage, type StoreName, type Subject } from './stage.ts'

/** What Mixpanel reads as accepted. */
export const success: Reply = { status: 200, text: '{"status":"success"}' }

export const projectId = '1'

/** Hands pages to the store as the webhook does, and applies what is whole at once. */
const storeLine = (store: Store, accountId: string, clock: MovableClock): Line => ({
  open: (page) => {
    const text = JSON.stringify(page)
    return async () => {
      const body = Buffer.from(text)
      const reading = readCohortPage(body)
      if (!reading.ok) throw new Error(`The model sent a page that is refused: ${reading.refusal}`)
      const receivedAt = dateOf(clock)
      const { decision } = await store.storePage({ accountId, page: reading.page, body, receivedAt })
      if (decision === 'no-account') throw new Error(`There is no account ${accountId}.`)
      while ((await store.applyNext(receivedAt)) !== undefined);
      return success
    }
  },
})

/** The cohort of an account that has no other one. */
export const storeSubject = (store: Store, accountId: string, clock: MovableClock): Subject => ({
  cohortId: '1',
  clock,
  line: storeLine(store, accountId, clock),
  members: async () => {
    const list = await store.listMembers(accountId, { projectId, cohortId: '1' }, { limit: 1000 })
    return (list?.members ?? []).map(({ id }) => id).toSorted()
  },
  needsReconcile: async () => (await store.listCohorts(accountId))[0]?.needsReconcile ?? null,
})

export const createAccount = async (store: Store, id: string, createdAt: Date): Promise<void> => {
  const hash = createHash('sha256').update(id).digest()
  const key = { keyId: id, accountId: id, hash, label: '', createdAt, lastUsedAt: null, revokedAt: null }
  await store.createAccount({ id, name: id, createdAt, settings: defaultAccountSettings }, key)
}

/** Plays histories against a store itself: a new one each time in memory, one for all of them in a database. */
export const storeStage = async (name: StoreName): Promise<Stage> => {
  const clock = virtualClock()
  const all = name === 'memory' ? undefined : await openStore(name)
  let subjects = 0
  return {
    newSubject: async () => {
      const { store } = all ?? (await openStore(name))
      const accountId = `account-${(subjects += 1)}`
      await createAccount(store, accountId, dateOf(clock))
      return storeSubject(store, accountId, clock)
    },
    close: async () => all?.close(),
  }
}
