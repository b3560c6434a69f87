import { judgeSync } from './judge-sync.ts'
import { isComplete, placeHalf, type Sync } from './place-half.ts'
import type { Half, SyncLayers } from './sync-layers.ts'

/**
 * One bounded step of applying a half of a sync by difference. It takes effect at once; when it completes a pair, the
 * pair is held against the states before it. `finished`: nothing of it is left to do. `waiting`: more pages may come.
 */
export const applyHalf = async (half: Half, layers: SyncLayers): Promise<'more' | 'waiting' | 'finished'> => {
  if (half.sync === null) return place(half, layers)
  if ((await layers.takeBackSome()) || (await layers.applySome(half))) return 'more'
  if (!half.whole) return 'waiting'
  const syncs = await layers.syncs()
  const sync = syncs.find(({ id }) => id === half.sync)
  if (half.judged || sync === undefined || !isComplete(sync)) return 'finished'
  return judge(half, sync, layers)
}

const place = async (half: Half, layers: SyncLayers): Promise<'more'> => {
  const newest = (await layers.syncs()).at(-1)
  const { action, externalId } = half
  const otherAction = action === 'add' ? 'remove' : 'add'
  const beginsAgain = newest !== undefined && (await layers.isRoundOf(half, newest))
  const placement = placeHalf({ action, externalId, newest, pairing: await layers.pairing(), beginsAgain })
  await layers.recordPairing(placement.pairing)
  if (placement.newestFailed && newest !== undefined) await layers.takeBack([newest])
  const other = placement.sharesOther ? (newest?.[otherAction] ?? null) : null
  await layers.place(half, placement.into === 'new' ? { other } : placement.into)
  const placed = (await layers.syncs()).at(-1)
  if (other !== null && placed !== undefined) await layers.applyAgain(placed)
  return 'more'
}

const judge = async (half: Half, sync: Sync, layers: SyncLayers): Promise<'more' | 'finished'> => {
  const verdict = await judgeSync({
    sync,
    earlier: (await layers.syncs()).filter(({ id }) => id < sync.id),
    pairing: await layers.pairing(),
    sharesSession: await layers.sharesSession(sync),
    overlaps: () => layers.overlaps(sync),
    misfits: (without) => layers.misfits(sync, without),
  })
  await layers.recordPairing(verdict.pairing)
  if (verdict.reconcile !== null) await layers.recordReconcile(verdict.reconcile)
  await layers.recordCertain(verdict.succeeded)
  if (verdict.failed.length === 0) {
    await layers.recordDoubt(sync)
    await layers.recordJudged(half)
    return 'finished'
  }
  await layers.takeBack(verdict.failed)
  await layers.applyAgain(sync)
  // What failed for want of its other half may hide that an earlier one failed too: it is judged again.
  if (!verdict.failed.every(isComplete)) return 'more'
  await layers.recordDoubt(sync)
  await layers.recordJudged(half)
  return 'more'
}
