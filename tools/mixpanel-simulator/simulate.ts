import { createProgress, type Progress, type Screen } from '../terminal/progress.ts'
import { createMixpanel, type Mixpanel, type SyncProgress, type SyncResult } from './mixpanel.ts'
import type { SimulatorOptions } from './options.ts'
import { changePeople, firstPeople } from './people.ts'
import { planSyncs, type PlannedSync } from './plan-syncs.ts'
import { realNetwork, type Network } from './http-line.ts'
import { receiverOf } from './target-options.ts'

/** One line of the summary. */
export interface PlayedSync extends SyncResult {
  readonly name: string
}

const nameOf = ({ kind, add, remove }: PlannedSync): string =>
  kind === 'diff' ? `diff +${add} -${remove}` : kind === 'full' ? 'full sync' : 'same full sync'

const modeOf = ({ oneTime, recurring }: SimulatorOptions) =>
  oneTime ? 'one-time' : recurring ? 'recurring' : 'steps'

const mixpanelOf = (
  options: SimulatorOptions,
  network: Network,
  onProgress: (progress: SyncProgress) => void,
): Mixpanel =>
  createMixpanel({
    receiver: receiverOf(options),
    cohort: { projectId: options.project, id: options.cohort, name: options.name, description: '' },
    people: { seed: options.seed, form: options.form },
    bodies: options.body,
    concurrency: options.concurrency,
    sharedSession: options.sessionShared,
    network,
    onProgress,
  })

// Without a successful sync there is no snapshot to compare with, so Mixpanel sends the whole set.
const play = (mixpanel: Mixpanel, { kind }: PlannedSync, people: readonly number[]): Promise<SyncResult> =>
  kind === 'diff' && mixpanel.snapshot() ? mixpanel.diff(people) : mixpanel.fullSync(people)

const sizeOf = ({ kind, add, remove }: PlannedSync, people: readonly number[]): number =>
  kind === 'diff' ? add + remove : people.length

/** Plays the planned syncs in turn. A failed sync leaves the rest to go on, a paused one ends the play. */
export const simulate = async (
  options: SimulatorOptions,
  screen: Screen | undefined,
  network: Network = realNetwork,
): Promise<readonly PlayedSync[]> => {
  let progress: Progress | undefined
  const mixpanel = mixpanelOf(options, network, ({ sent }) => progress?.update(sent))
  const played: PlayedSync[] = []
  let people: readonly number[] = firstPeople(options.members)
  for (const planned of planSyncs({ ...options, mode: modeOf(options) })) {
    if (planned.after > 0) await network.wait(planned.after * 1000)
    people = changePeople(people, planned)
    const subject = { label: nameOf(planned), total: sizeOf(planned, people) }
    progress = screen && createProgress(subject, screen)
    const result = await play(mixpanel, planned, people)
    progress?.finish()
    played.push({ name: subject.label, ...result })
    if (result.outcome === 'paused') break
  }
  return played
}
