import type { Store } from '@cohort-relay/core'

export interface WatchedStore {
  readonly store: Store
  /** Resolves once all pages that were stored so far are applied, as far as they can be. */
  readonly settled: () => Promise<void>
}

/** Tells when the background has caught up, so that nobody has to look again and again. */
export const watchApplying = (store: Store): WatchedStore => {
  let stored = 0
  let settledUpTo = 0
  const waiting = new Set<() => void>()

  const storePage: Store['storePage'] = async (page) => {
    const receipt = await store.storePage(page)
    // Of any other page the background is not told.
    if (receipt.canApply) stored += 1
    return receipt
  }
  const applyNext: Store['applyNext'] = async (now) => {
    const before = stored
    const step = await store.applyNext(now)
    if (step !== undefined) return step
    settledUpTo = before
    for (const wake of waiting) wake()
    waiting.clear()
    return undefined
  }
  const settled = async (): Promise<void> => {
    const wanted = stored
    const isSettled = (): boolean => settledUpTo >= wanted
    while (!isSettled()) await new Promise<void>((resolve) => waiting.add(resolve))
  }
  return { store: { ...store, storePage, applyNext }, settled }
}
