import { judgeSync } from './judge-sync.ts'
import { isComplete, placeHalf, type Sync } from './place-half.ts'
import type { Half, SyncLayers } from './sync-layers.ts'

/**
 * One bounded step of applying a half of a sync by difference. It takes effect at once; when it completes a pair, the
 * pair is held against the states before it. `finished`: nothing of it is left to do. `waiting`: more pages may come.
 */
export const applyHalf = (half: Half, layers: SyncLayers): 'more' | 'waiting' | 'finished' => {
  if (half.sync === null) return place(half, layers)
  if (layers.takeBackSome() || layers.applySome(half)) return 'more'
  if (!half.whole) return 'waiting'
  const sync = layers.syncs().find(({ id }) => id === half.sync)
  if (half.judged || sync === undefined || !isComplete(sync)) return 'finished'
  return judge(half, sync, layers)
}

const place = (half: Half, layers: SyncLayers): 'more' => {
  const newest = layers.syncs().at(-1)
  const { action, externalId } = half
  const otherAction = action === 'add' ? 'remove' : 'add'
  const beginsAgain = newest !== undefined && layers.isRoundOf(half, newest)
  const placement = placeHalf({ action, externalId, newest, pairing: layers.pairing, beginsAgain })
  layers.recordPairing(placement.pairing)
  if (placement.newestFailed && newest !== undefined) layers.takeBack([newest])
  const other = placement.sharesOther ? (newest?.[otherAction] ?? null) : null
  layers.place(half, placement.into === 'new' ? { other } : placement.into)
  const placed = layers.syncs().at(-1)
  if (other !== null && placed !== undefined) layers.applyAgain(placed)
  return 'more'
}

const judge = (half: Half, sync: Sync, layers: SyncLayers): 'more' | 'finished' => {
  const verdict = judgeSync({
    sync,
    earlier: layers.syncs().filter(({ id }) => id < sync.id),
    pairing: layers.pairing,
    sharesSession: layers.sharesSession(sync),
    overlaps: () => layers.overlaps(sync),
    misfits: (without) => layers.misfits(sync, without),
  })
  layers.recordPairing(verdict.pairing)
  if (verdict.reconcile !== null) layers.recordReconcile(verdict.reconcile)
  layers.recordCertain(verdict.succeeded)
  if (verdict.failed.length === 0) {
    layers.recordDoubt(sync)
    layers.recordJudged(half)
    return 'finished'
  }
  layers.takeBack(verdict.failed)
  layers.applyAgain(sync)
  // What failed for want of its other half may hide that an earlier one failed too: it is judged again.
  if (!verdict.failed.every(isComplete)) return 'more'
  layers.recordDoubt(sync)
  layers.recordJudged(half)
  return 'more'
}
