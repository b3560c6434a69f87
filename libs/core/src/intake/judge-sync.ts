import { isComplete, isPaired, type Pairing, type Sync } from './place-half.ts'

/** What is known of a sync of which both halves are in the ledger. */
export interface SyncEvidence {
  readonly sync: Sync
  /** Syncs before it whose effects can be taken back, oldest first. */
  readonly earlier: readonly Sync[]
  readonly pairing: Pairing
  /** True when both halves came under one session id. */
  readonly sharesSession: boolean
  /** True when somebody is in both halves: no difference of two sets. */
  readonly overlaps: () => Promise<boolean>
  /**
   * Members that the difference adds though they would be in the state before it, had the syncs in `without` not been, or
   * removes though they would not. 0: it can be a difference to that state.
   */
  readonly misfits: (without: readonly Sync[]) => Promise<number>
}

export interface Verdict {
  readonly pairing: Pairing
  /** Failed in Mixpanel's eyes: their effects are taken back, and this one is applied again. */
  readonly failed: readonly Sync[]
  /** Are known to have succeeded. */
  readonly succeeded: readonly Sync[]
  /** `settled`: our set is Mixpanel's. Null: as before. */
  readonly reconcile: 'settled' | 'difference-fits-no-state' | 'difference-fits-several-states' | null
}

/** Earlier states that are compared with a difference that contradicts ours. */
const mostStates = 20
const mostUncertain = 4

/** Which earlier syncs a complete one shows to have failed. Called again after those were taken back. */
export const judgeSync = async (evidence: SyncEvidence): Promise<Verdict> => {
  const incomplete = evidence.earlier.filter((sync) => !isComplete(sync))
  const overlaps = await evidence.overlaps()
  const pairing = overlaps ? evidence.pairing : await judgePairing(evidence, incomplete)
  const nothing: Verdict = { pairing, failed: [], succeeded: [], reconcile: null }
  if (overlaps || !isPaired(pairing)) return nothing
  if (incomplete.length > 0 && (await isPossible(evidence, incomplete)))
    return { ...nothing, failed: incomplete }
  const fits = (await evidence.misfits([])) === 0
  return { ...nothing, ...(await (fits ? confirm(evidence) : findState(evidence))) }
}

const judgePairing = async (evidence: SyncEvidence, incomplete: readonly Sync[]): Promise<Pairing> => {
  const { pairing, sharesSession, misfits } = evidence
  if (sharesSession) return 'shared'
  if (pairing !== 'unknown') return pairing
  const isDifference =
    incomplete.length > 0 ? await isPossible(evidence, incomplete) : (await misfits([])) === 0
  return isDifference ? 'separate' : 'unknown'
}

/** False when the difference fits our state and would not without the lone halves: those were no failed syncs. */
const isPossible = async ({ misfits }: SyncEvidence, incomplete: readonly Sync[]): Promise<boolean> =>
  (await misfits(incomplete)) === 0 || (await misfits([])) > 0

/**
 * The difference fits our state. A sync whose page came six times most likely failed all the same: it counts as failed if
 * the difference fits without it as well, and as a success if it does not.
 */
const confirm = async (evidence: SyncEvidence): Promise<Partial<Verdict>> => {
  const uncertain = evidence.earlier.filter((sync) => sync.uncertain)
  if (uncertain.length === 0) return {}
  for (const failed of uncertainSets(evidence)) {
    if ((await evidence.misfits(failed)) === 0) return { failed, reconcile: 'difference-fits-several-states' }
  }
  return { succeeded: uncertain, reconcile: 'settled' }
}

/** The likeliest earlier state that the difference fits. */
const findState = async (evidence: SyncEvidence): Promise<Partial<Verdict>> => {
  const { earlier } = evidence
  const suffixes = earlier.map((_, index) => earlier.slice(index)).toReversed()
  const candidates = [...uncertainSets(evidence), ...suffixes].slice(0, mostStates)
  const fitting = await fittingStates(candidates, evidence)
  const [failed] = fitting
  if (failed === undefined) return { reconcile: 'difference-fits-no-state' }
  const isOnly = fitting.every(
    (other) => other.length === failed.length && other.every((sync) => failed.includes(sync)),
  )
  const succeeded = isOnly ? earlier.filter((sync) => sync.uncertain && !failed.includes(sync)) : []
  return { failed, succeeded, reconcile: isOnly ? 'settled' : 'difference-fits-several-states' }
}

const fittingStates = async (
  candidates: readonly (readonly Sync[])[],
  { misfits }: SyncEvidence,
): Promise<(readonly Sync[])[]> => {
  const fitting: (readonly Sync[])[] = []
  for (const without of candidates) if ((await misfits(without)) === 0) fitting.push(without)
  return fitting
}

/** Sets of uncertain syncs that may have failed, the largest first. */
const uncertainSets = ({ earlier }: SyncEvidence): (readonly Sync[])[] => {
  const uncertain = earlier.filter((sync) => sync.uncertain).slice(-mostUncertain)
  const sets = uncertain.reduce<Sync[][]>(
    (known, sync) => [...known, ...known.map((set) => [...set, sync])],
    [[]],
  )
  return sets.filter((set) => set.length > 0).toSorted((one, other) => other.length - one.length)
}
