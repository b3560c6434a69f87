import { setTimeout } from 'node:timers/promises'
import type { Cleanup } from '../demo/cleanup.ts'
import type { PlayParts } from './fault-row.ts'
import type { RelayWorld } from './open-relay-world.ts'
import { startRelay, type Relay } from './start-relay.ts'
import { until } from './until.ts'

const everyMilliseconds = 200

const post = (relay: Relay, { senders }: RelayWorld): Promise<Response> =>
  fetch(`${relay.url}/webhooks/mixpanel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': senders[0]!.key },
    body: '{}',
  })

/** What is wrong with the answer to a page: it must be 503, and the connection must end. */
const problemsOfAnswer = async (relay: Relay, relays: RelayWorld): Promise<string[]> => {
  const answer = await post(relay, relays).catch(() => undefined)
  if (answer?.status !== 503) return [`a page while draining was answered ${answer?.status ?? 'nothing'}`]
  return answer.headers.get('connection') === 'close' ? [] : ['the connection was not to be closed']
}

const tellToEnd = async (relay: Relay): Promise<void> => {
  relay.signal('SIGTERM')
  await until(() => relay.logged('receiver.stopping') > 0, { limit: 5000, every: 5 })
}

const problemsOfEnd = async (relay: Relay): Promise<string[]> =>
  (await relay.ended()) === 0 ? [] : ['a draining process did not end with 0']

/** Asks a process that was told to end while a call of it is under way. */
export const askWhileDelivering = async (relays: RelayWorld, parts: PlayParts): Promise<string[]> => {
  const { partner, environment } = relays
  const relay = await startRelay({ role: 'all', environment }, parts.cleanup)
  partner.setLatency(3000)
  // Every other worker is stopped, so that the call under way is this one's.
  for (const worker of relays.workers) worker.signal('SIGSTOP')
  const holds = async (): Promise<boolean> => (await relays.heldBy(relay.holder())).size > 0
  const traffic = relays.traffic({ seed: parts.seed + 1 })
  const isHolding = await until(holds, { limit: 20_000 })
  await tellToEnd(relay)
  const problems = await problemsOfAnswer(relay, relays)
  if (isHolding === undefined) problems.push('the process had no call under way')
  partner.setLatency(20)
  problems.push(...(await problemsOfEnd(relay)))
  for (const worker of relays.workers) worker.signal('SIGCONT')
  problems.push(...(await relays.differences(await traffic.stop())))
  return problems
}

/** Asks a process with nothing under way, as a load balancer and those who send do, as long as it is to answer. */
export const askWhileDraining = async (
  relays: RelayWorld,
  { role, seconds }: { readonly role: 'all' | 'receive'; readonly seconds: number },
  cleanup: Cleanup,
): Promise<string[]> => {
  const environment = { ...relays.environment, DRAIN_SECONDS: String(seconds) }
  const relay = await startRelay({ role, environment }, cleanup)
  await tellToEnd(relay)
  const end = performance.now() + Math.max(seconds - 1, 1) * 1000
  const problems: string[] = []
  while (problems.length === 0 && performance.now() < end) {
    const ready = await fetch(`${relay.url}/readyz`).catch(() => undefined)
    if (ready?.status !== 503) problems.push(`/readyz while draining said ${ready?.status ?? 'nothing'}`)
    problems.push(...(await problemsOfAnswer(relay, relays)))
    await setTimeout(everyMilliseconds)
  }
  problems.push(...(await problemsOfEnd(relay)))
  return problems.map((problem) => `ROLE=${role}: ${problem}`)
}
