import { setTimeout } from 'node:timers/promises'
import type { Mixpanel, SyncProgress, SyncResult } from '../mixpanel-simulator/mixpanel.ts'
import { distinctIdOf } from '../mixpanel-simulator/people.ts'
import { createProgress, type Screen } from '../terminal/progress.ts'
import type { LedgerCohort } from './admin-client.ts'
import { compareSets } from './compare-sets.ts'
import type { StepResult } from './report.ts'
import { waitUntilSettled, type SettleClock } from './wait-until-settled.ts'

/** Where a step looks to see what became of its sync. */
export interface Observers {
  readonly ledger: () => Promise<LedgerCohort | undefined>
  readonly ledgerIds: () => Promise<readonly string[]>
  readonly partnerIds: () => Promise<readonly string[]>
  readonly partnerCalls: () => Promise<number>
}

export interface Stage {
  readonly mixpanel: Mixpanel
  /** Hears the progress of every sync of `mixpanel`. */
  readonly listen: (listener: (progress: SyncProgress) => void) => void
  readonly observers: Observers
  readonly seed: number
  readonly screen: Screen
}

export interface Step {
  readonly name: string
  /** The set in Mixpanel that this step syncs. */
  readonly people: readonly number[]
  /** Members in the step's pages, and members whose membership changes. */
  readonly sent: number
  readonly changes: number
  readonly play: (mixpanel: Mixpanel) => Promise<SyncResult>
}

const clock: SettleClock = { wait: setTimeout, now: () => performance.now(), limit: 120_000 }

const send = async ({ mixpanel, listen, screen }: Stage, step: Step): Promise<void> => {
  const progress = createProgress({ label: 'sent by Mixpanel', total: step.sent }, screen)
  listen(({ sent }) => progress.update(sent))
  const result = await step.play(mixpanel)
  progress.finish()
  if (result.outcome !== 'succeeded') throw new Error(`The ${step.name} ${result.outcome}: ${result.message}`)
}

const settle = async (stage: Stage, step: Step, lastSyncBefore: string | null): Promise<number> => {
  const progress = createProgress({ label: 'taken by the partner', total: step.changes }, stage.screen)
  const settling = {
    look: stage.observers.ledger,
    members: step.people.length,
    lastSyncBefore,
    onLook: (owed: number | undefined) => progress.update(owed === undefined ? 0 : step.changes - owed),
  }
  try {
    return await waitUntilSettled(settling, clock)
  } finally {
    progress.finish()
  }
}

/** Plays one sync, waits until the partner has all of it, and compares the three sets. */
export const playStep = async (stage: Stage, step: Step): Promise<StepResult> => {
  const { observers, seed } = stage
  const lastSyncBefore = (await observers.ledger())?.lastSyncAt ?? null
  const callsBefore = await observers.partnerCalls()
  const start = performance.now()
  await send(stage, step)
  const settledAt = await settle(stage, step, lastSyncBefore)
  const expected = step.people.map((number) => distinctIdOf(number, seed))
  const ledgerIds = await observers.ledgerIds()
  const partnerIds = await observers.partnerIds()
  return {
    name: step.name,
    sent: step.sent,
    milliseconds: settledAt - start,
    partnerCalls: (await observers.partnerCalls()) - callsBefore,
    isUnchanged: step.changes === 0,
    counts: { mixpanel: expected.length, ledger: ledgerIds.length, partner: partnerIds.length },
    ledger: compareSets(expected, ledgerIds),
    partner: compareSets(expected, partnerIds),
  }
}
