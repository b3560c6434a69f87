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
  readonly overlaps: () => boolean
  /**
   * Members that the difference adds though they would be in the state before it, had the syncs in `without` not been, or
   * removes though they would not. 0: it can be a difference to that state.
   */
  readonly misfits: (without: readonly Sync[]) => number
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
export const judgeSync = (evidence: SyncEvidence): Verdict => {
  const incomplete = evidence.earlier.filter((sync) => !isComplete(sync))
  const overlaps = evidence.overlaps()
  const pairing = overlaps ? evidence.pairing : judgePairing(evidence, incomplete)
  const nothing: Verdict = { pairing, failed: [], succeeded: [], reconcile: null }
  if (overlaps || !isPaired(pairing)) return nothing
  if (incomplete.length > 0 && isPossible(evidence, incomplete)) return { ...nothing, failed: incomplete }
  return { ...nothing, ...(evidence.misfits([]) === 0 ? confirm(evidence) : findState(evidence)) }
}

const judgePairing = (evidence: SyncEvidence, incomplete: readonly Sync[]): Pairing => {
  const { pairing, sharesSession, misfits } = evidence
  if (sharesSession) return 'shared'
  if (pairing !== 'unknown') return pairing
  const isDifference = incomplete.length > 0 ? isPossible(evidence, incomplete) : misfits([]) === 0
  return isDifference ? 'separate' : 'unknown'
}

/** False when the difference fits our state and would not without the lone halves: those were no failed syncs. */
const isPossible = ({ misfits }: SyncEvidence, incomplete: readonly Sync[]): boolean =>
  misfits(incomplete) === 0 || misfits([]) > 0

/**
 * The difference fits our state. A sync whose page came six times most likely failed all the same: it counts as failed if
 * the difference fits without it as well, and as a success if it does not.
 */
const confirm = (evidence: SyncEvidence): Partial<Verdict> => {
  const uncertain = evidence.earlier.filter((sync) => sync.uncertain)
  if (uncertain.length === 0) return {}
  const failed = uncertainSets(evidence).find((without) => evidence.misfits(without) === 0)
  if (failed === undefined) return { succeeded: uncertain, reconcile: 'settled' }
  return { failed, reconcile: 'difference-fits-several-states' }
}

/** The likeliest earlier state that the difference fits. */
const findState = (evidence: SyncEvidence): Partial<Verdict> => {
  const { earlier, misfits } = evidence
  const suffixes = earlier.map((_, index) => earlier.slice(index)).toReversed()
  const candidates = [...uncertainSets(evidence), ...suffixes].slice(0, mostStates)
  const fitting = candidates.filter((without) => misfits(without) === 0)
  const [failed] = fitting
  if (failed === undefined) return { reconcile: 'difference-fits-no-state' }
  const isOnly = fitting.every(
    (other) => other.length === failed.length && other.every((sync) => failed.includes(sync)),
  )
  const succeeded = isOnly ? earlier.filter((sync) => sync.uncertain && !failed.includes(sync)) : []
  return { failed, succeeded, reconcile: isOnly ? 'settled' : 'difference-fits-several-states' }
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
