import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { CohortWebhookParts } from './cohort-webhook.ts'
import { createPageCapacity } from './page-capacity.ts'
import { startReceiver } from './testing/start-receiver.ts'

const setup = (most: number) => {
  const capacity = createPageCapacity(most)
  const begin = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    return { result: capacity(() => promise), resolve, reject }
  }
  return { begin }
}

test('refuses at once what is more than it may hold, and takes it again when one has ended', async () => {
  const { begin } = setup(2)
  const [first, second, third] = [begin(), begin(), begin()]
  expect([first.result, second.result, third.result].map((result) => result === undefined)).toEqual([
    false,
    false,
    true,
  ])
  first.resolve('stored')
  await expect(first.result).resolves.toBe('stored')
  expect(begin().result).toBeDefined()
  expect(begin().result).toBeUndefined()
})

test('has room again after work that failed', async () => {
  const { begin } = setup(1)
  const only = begin()
  only.reject(new Error('the store failed'))
  await expect(only.result).rejects.toThrow('the store failed')
  expect(begin().result).toBeDefined()
})

const body = JSON.stringify({
  action: 'members',
  parameters: { mixpanel_project_id: '1', mixpanel_cohort_id: '2', members: [] },
})

const startWithRoomForOne = async (webhook: Partial<CohortWebhookParts>) => {
  const receiver = await startReceiver({ webhook: { maxPagesAtWork: 1, ...webhook } })
  const headers = { 'x-api-key': receiver.key, 'content-type': 'application/json' }
  return { ...receiver, post: () => fetch(receiver.webhookUrl, { method: 'POST', headers, body }) }
}

test('a page that comes while too many are at work is answered 503 and may come again', async () => {
  const storing = Promise.withResolvers<void>()
  const isStored = Promise.withResolvers<void>()
  const storePage = async () => {
    storing.resolve()
    await isStored.promise
    return { decision: 'stored' } as const
  }
  const { post } = await startWithRoomForOne({ storePage })
  const first = post()
  await storing.promise
  const refused = await post()
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(2)
  isStored.resolve()
  expect((await first).status).toBe(200)
  expect((await post()).status).toBe(200)
})

test('a sender who takes his time with a page keeps nobody else out', async () => {
  const admitted = Promise.withResolvers<void>()
  const closureOf = async (): Promise<undefined> => {
    admitted.resolve()
    return undefined
  }
  const { port, key, post } = await startWithRoomForOne({ closureOf })
  const slow = connect(port, '127.0.0.1')
  onTestFinished(() => void slow.destroy())
  slow.write(
    `POST /webhooks/mixpanel HTTP/1.1\r\nhost: a\r\nx-api-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n{`,
  )
  await admitted.promise
  expect((await post()).status).toBe(200)
})
