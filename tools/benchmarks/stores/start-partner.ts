import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { callJson } from '../../demo/call-json.ts'
import type { Cleanup } from '../../demo/cleanup.ts'
import { readUrlWhere, startChild } from '../../demo/start-child.ts'

export interface Partner {
  readonly pid: number
  /** As the admin API takes it. */
  readonly destination: (membersPerCall: number) => object
  /** Of the webhook connector. */
  readonly settings: (membersPerCall: number) => object
  /** Members named in calls that add, so far. */
  readonly added: () => Promise<number>
}

const identity = [{ property: 'email', kind: 'email' }]

const program = fileURLToPath(new URL('../../partner-server/main.ts', import.meta.url))

/** A partner that answers each call after so many milliseconds. Ends with the cleanup. */
export const startPartner = async (latency: number, cleanup: Cleanup): Promise<Partner> => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const args = [program, '--with-parent', `--secret=${secret}`, `--latency=${latency}`]
  const { url, pid } = await startChild(
    { name: 'partner server', args, readUrl: readUrlWhere(() => true) },
    cleanup,
  )
  const settings = (membersPerCall: number) => ({ url: `${url}/cohorts`, secret, membersPerCall })
  return {
    pid,
    settings,
    destination: (membersPerCall) => ({ connector: 'webhook', settings: settings(membersPerCall), identity }),
    added: async () => (await callJson<{ adds: number }>(`${url}/calls`)).adds,
  }
}

const deliveryLimit = 600_000

/** Waits until the partner was told of so many more than before. `onLook` hears each count. */
export const untilAdded = async (
  partner: Partner,
  members: number,
  onLook: (added: number) => void = () => {},
): Promise<void> => {
  const start = performance.now()
  for (let added = await partner.added(); added < members; added = await partner.added()) {
    onLook(added)
    if (performance.now() - start > deliveryLimit)
      throw new Error(`The partner was told of ${added} of ${members} members in 10 minutes.`)
    await setTimeout(10)
  }
  onLook(members)
}
