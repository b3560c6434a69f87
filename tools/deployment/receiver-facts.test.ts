import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createMemoryStore } from '@cohort-relay/core'
import { compose, readConfig, type Ingredients } from '@cohort-relay/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { readReceiverFacts } from './receiver-facts.ts'

const nothing = (): void => {}
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing } as Partial<
  Ingredients['log']
> as Ingredients['log']

const setup = async () => {
  const reading = readConfig({ MIN_FREE_DISK_BYTES: '0' })
  if (!reading.ok) throw new Error(reading.problems.join('\n'))
  const receiver = compose({
    config: reading.config,
    secretKey: new Uint8Array(32),
    store: createMemoryStore(),
    connectors: [],
    log: quiet,
    now: () => new Date(),
    random: () => 0,
  })
  onTestFinished(() => receiver.stop())
  receiver.server.listen(0, '127.0.0.1')
  await once(receiver.server, 'listening')
  const { port } = receiver.server.address() as AddressInfo
  return async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

test('names paths that the receiver answers, and no others would do', async () => {
  const statusOf = await setup()
  expect(await Promise.all(readReceiverFacts().probePaths.map(statusOf))).toEqual([200, 200])
  expect(await statusOf('/health')).toBe(404)
})

test('names variables that the receiver reads', () => {
  expect(readReceiverFacts().variables).toEqual(
    expect.arrayContaining(['PORT', 'DATABASE_URL', 'SECRET_KEY']),
  )
})
