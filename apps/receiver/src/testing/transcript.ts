import type { Store } from '@cohort-relay/core'
import { hostileAdminCalls } from './hostile-admin-calls.ts'
import { newTestDatabase, type StoreName } from './new-test-database.ts'
import { startPartner } from './partner.ts'
import type { Answer } from './receiver-client.ts'
import { runReceiver } from './run-receiver.ts'

type Body = Buffer | object

/** Made anew each time; whatever else differs between two stores is a difference that somebody could see. */
const withoutRandomness = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid')
    .replaceAll(/crk_\w+/g, 'key')
    .replaceAll(/"keyId":"\w+"/g, '"keyId":"id"')

const written = ({ status, headers, text }: Answer): string => {
  const kept = [...headers].filter(
    ([name]) => name !== 'date' && name !== 'etag' && name !== 'content-length',
  )
  return withoutRandomness(`${status} ${JSON.stringify(kept)} ${text}`)
}

export interface TranscriptOptions {
  readonly store: StoreName
  /** Replaces operations of the store. */
  readonly wrap?: (store: Store) => Partial<Store>
}

/**
 * A receiver on a clock of its own that applies only when it is told to, so that what it answers depends on its store
 * and on nothing else.
 */
const startStill = async ({ store: name, wrap = () => ({}) }: TranscriptOptions) => {
  let time = Date.parse('2026-11-23T12:00:00Z')
  let store: Store | undefined
  const noting: Promise<void>[] = []
  const receiver = await runReceiver({
    database: await newTestDatabase(undefined, name),
    now: () => new Date(time),
    wrap: (opened) => {
      store = opened
      return {
        applyNext: async () => undefined,
        recordReply: (...reply) => {
          const noted = opened.recordReply(...reply)
          noting.push(noted)
          return noted
        },
        ...wrap(opened),
      }
    },
  })
  const pass = (): void => void (time += 1000)
  const settle = async (): Promise<void> => {
    pass()
    await Promise.all(noting.splice(0))
    while ((await store!.applyNext(new Date(time))) !== undefined);
  }
  return { ...receiver, pass, settle }
}

type Still = Awaited<ReturnType<typeof startStill>>

interface ListedCohort {
  readonly id: string
  readonly projectId: string
}

/** What the admin API says of the account, cohort by cohort, page by page. */
const tellAccount = async (receiver: Still, accountId: string): Promise<string[]> => {
  const { admin } = receiver
  const list = await admin('GET', `/accounts/${accountId}/cohorts`)
  const told = [written(list)]
  for (const { id, projectId } of list.body.cohorts as ListedCohort[]) {
    const query = new URLSearchParams({ projectId, limit: '20' })
    const path = `/accounts/${accountId}/cohorts/${encodeURIComponent(id)}/members`
    for (let next: unknown = '0'; typeof next === 'string';) {
      const page = await admin('GET', `${path}?${query}&after=${next}`)
      told.push(written(page))
      next = page.body.next
    }
  }
  return told
}

/** Every answer to these bodies, each sent to an account of its own, and what that account's cohorts are then. */
export const tellEachBody = async (
  options: TranscriptOptions,
  bodies: Readonly<Record<string, Body>>,
): Promise<string[]> => {
  const receiver = await startStill(options)
  const told: string[] = []
  for (const [name, body] of Object.entries(bodies)) {
    const account = await receiver.createAccount()
    // Sent twice: whether it is told as a repeat belongs to what is seen.
    for (const time of ['first', 'second']) {
      told.push(`${name}, ${time}`, written(await receiver.post(account.key, body)))
      await receiver.settle()
      told.push(...(await tellAccount(receiver, account.id)))
    }
  }
  return told
}

/** Every answer to these bodies, sent to one account in this order; then its cohorts, and what a partner was told. */
export const tellOneAccount = async (
  options: TranscriptOptions,
  bodies: readonly Body[],
): Promise<string[]> => {
  const receiver = await startStill(options)
  const account = await receiver.createAccount()
  const partner = await startPartner()
  await receiver.createDestination(account.id, partner.settings, undefined, 'all')
  const told: string[] = []
  for (const body of bodies) {
    told.push(written(await receiver.post(account.key, body)))
    await receiver.settle()
  }
  for (;;) {
    const since = receiver.lines.length
    const cohorts = (await receiver.cohorts(account.id)) as { destinations: { owed: number }[] }[]
    if (cohorts.every(({ destinations }) => destinations.every(({ owed }) => owed === 0))) break
    await receiver.until('batch.delivered', {}, since)
  }
  told.push(...(await tellAccount(receiver, account.id)))
  const members = partner.calls.flatMap((call) =>
    call.members.map((member) => JSON.stringify([call.type, call.cohortId, member])),
  )
  return [...told, ...members.toSorted()]
}

/** Every answer of the admin API to hostile calls about an account with some cohorts. */
export const tellAdminCalls = async (
  options: TranscriptOptions,
  bodies: readonly Body[],
): Promise<string[]> => {
  // Destinations are made here whose partners must not be called.
  const wrap = (store: Store) => ({ claimFeeds: async () => [], ...options.wrap?.(store) })
  const receiver = await startStill({ ...options, wrap })
  const account = await receiver.createAccount()
  const told: string[] = []
  for (const body of bodies) await receiver.post(account.key, body)
  await receiver.settle()
  for (const { method, path, body } of hostileAdminCalls(account.id)) {
    receiver.pass()
    const answer = await receiver.admin(method, path, body)
    told.push(withoutRandomness(`${method} ${path} ${JSON.stringify(body)}`), written(answer))
  }
  return [...told, ...(await tellAccount(receiver, account.id))]
}
