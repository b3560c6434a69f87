import { fileURLToPath } from 'node:url'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openRelayWorld, type RelayWorld } from '../open-relay-world.ts'
import { pageOf } from '../page-of.ts'
import { until } from '../until.ts'

const leaseSeconds = 3
const destinations = 8

/** All that a worker may record of a feed. */
const stateOf = async ({ world, url }: RelayWorld): Promise<string> =>
  JSON.stringify(
    await world.ask(
      url,
      `SELECT destination_id, feed.cursor, told, delivered, attempts, last_error, due_at, audience_id, rests_until
       FROM cohort_relay.feed JOIN cohort_relay.destination ON destination.id = destination_id ORDER BY feed.id`,
    ),
  )

/** One change for each destination, so that each has one turn. */
const sendOne = async (relays: RelayWorld, run: number): Promise<void> => {
  const [receiver] = relays.receivers
  await Promise.all(
    relays.senders.map(async ({ cohortId, key }) => {
      const id = `${cohortId}-${run}`
      const page = pageOf({ accountId: '', cohort: cohortId, action: 'add_members', session: id, ids: [id] })
      const response = await fetch(`${receiver!.url}/webhooks/mixpanel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: page.body as BodyInit,
      })
      if (response.status !== 200) throw new Error(`A page was answered ${response.status}.`)
      await response.text()
    }),
  )
}

const zombieOnce = async (
  relays: RelayWorld,
  run: number,
): Promise<{ zombies: number; problems: string[] }> => {
  const [zombie, other] = relays.workers
  const { partner } = relays
  // The other one is told to start once the first has it all.
  other!.signal('SIGSTOP')
  partner.setLatency(1500)
  await sendOne(relays, run)
  await until(() => partner.underWay() >= destinations, { limit: 5000 })
  const before = await relays.heldBy(zombie!.holder())
  zombie!.signal('SIGSTOP')
  partner.setLatency(5)
  other!.signal('SIGCONT')
  const lostBefore = zombie!.logged('lease.lost')
  const isServed = async (): Promise<boolean> => {
    const leases = await relays.leases()
    const [row] = await relays.world.ask(
      relays.url,
      'SELECT count(*)::integer AS owed FROM cohort_relay.feed WHERE due_at IS NOT NULL',
    )
    return [...before].every(([id, lease]) => (leases.get(id) ?? 0) > lease) && row?.['owed'] === 0
  }
  const problems: string[] = []
  if ((await until(isServed, { limit: 30_000, every: 100 })) === undefined)
    problems.push(`run ${run}: nobody took over what a stopped worker held`)
  const state = await stateOf(relays)
  zombie!.signal('SIGCONT')
  const refused = (): number => zombie!.logged('lease.lost') - lostBefore
  await until(() => refused() >= before.size, { limit: 10_000 })
  if (refused() < before.size)
    problems.push(
      `run ${run}: ${before.size - refused()} of ${before.size} late completions were not refused`,
    )
  if ((await stateOf(relays)) !== state)
    problems.push(`run ${run}: a late completion changed what was recorded`)
  return { zombies: before.size, problems }
}

const play =
  (worker?: string) =>
  async ({ runs, cleanup, tick }: PlayParts): Promise<Finding> => {
    const relays = await openRelayWorld(cleanup, {
      receivers: 1,
      workers: 2,
      accounts: destinations,
      leaseSeconds,
      ...(worker && { worker }),
    })
    const problems: string[] = []
    let zombies = 0
    for (let run = 1; zombies < runs && run <= runs; run += 1) {
      const result = await zombieOnce(relays, run)
      zombies += result.zombies
      problems.push(...result.problems)
      for (let done = 0; done < result.zombies; done += 1) tick()
    }
    const twice = relays.partner.repeatedCalls()
    if (zombies === 0) problems.push('there was no zombie')
    if (twice > zombies) problems.push(`${twice} calls came twice, of ${zombies} zombies`)
    return {
      n: zombies,
      figure: `${problems.length} overwrites of ${zombies}, ${twice} calls twice`,
      problems,
    }
  }

export const zombieWorkers: FaultRow = {
  id: 'D-02',
  fault: 'SIGSTOP of a worker in mid-call for longer than its lease, SIGCONT',
  invariant: 'its late completions are refused; nothing overwritten; ≤ 1 call twice each',
  runs: 100,
  quickRuns: 0,
  play: play(),
  control: {
    broken: 'a store without the fence',
    runs: 8,
    play: play(fileURLToPath(new URL('../unfenced-worker.ts', import.meta.url))),
  },
}
