/** One half of a sync by difference: who came, or who left. */
export type HalfAction = 'add' | 'remove'

/**
 * A sync by difference: the additions and the removals since Mixpanel's last sync that succeeded. It is a layer over the
 * state before it, which can be taken up again.
 */
export interface Sync {
  /** In the order in which syncs began. */
  readonly id: number
  /** Session id of the half that came first. */
  readonly externalId: string
  /** Our sessions that hold the halves; null until the half is here. */
  readonly add: number | null
  readonly remove: number | null
  /** True when Mixpanel may never have got its answer: the sync may have failed in its eyes. */
  readonly uncertain: boolean
}

/**
 * Whether a cohort's syncs come as pairs of halves. `shared`: both halves were seen under one session id. `separate`:
 * under two. `never`: they are seen not to.
 */
export type Pairing = 'unknown' | 'separate' | 'shared' | 'never'

export interface HalfQuestion {
  readonly action: HalfAction
  readonly externalId: string
  /** The newest sync of the cohort. */
  readonly newest: Sync | undefined
  readonly pairing: Pairing
  /** True when the newest sync's half of this action came under the same session id: its export begins again. */
  readonly beginsAgain: boolean
}

export interface Placement {
  readonly into: Sync | 'new'
  /** True: the newest sync's other half is this one's as well, the export having begun again from the top. */
  readonly sharesOther: boolean
  /** True: the newest sync failed in Mixpanel's eyes, since its other half never came. */
  readonly newestFailed: boolean
  readonly pairing: Pairing
}

export const isComplete = ({ add, remove }: Sync): boolean => add !== null && remove !== null

export const isPaired = (pairing: Pairing): boolean => pairing === 'shared' || pairing === 'separate'

/** Which sync a half belongs to, when it begins to be applied. */
export const placeHalf = (question: HalfQuestion): Placement => {
  const { newest, pairing } = question
  if (newest === undefined) return { into: 'new', sharesOther: false, newestFailed: false, pairing }
  if (newest[question.action] === null && belongs(question, newest))
    return { into: newest, sharesOther: false, newestFailed: false, pairing }
  // Removals twice in a row: whoever sends pairs sends additions in between, even empty ones.
  const isLonely = question.action === 'remove' && newest.add === null && pairing !== 'shared'
  return {
    into: 'new',
    // Additions come first: when only the removals differ, the additions came again as they were.
    sharesOther: isComplete(newest) && question.beginsAgain && question.action === 'remove',
    // Of halves under two ids it takes both of the next sync to tell.
    newestFailed: isComplete(newest) ? newest.uncertain && question.beginsAgain : pairing === 'shared',
    pairing: isLonely ? 'never' : pairing,
  }
}

/** Mixpanel sends additions first. */
const belongs = ({ externalId, pairing, action }: HalfQuestion, newest: Sync): boolean =>
  newest.externalId === externalId || (pairing !== 'shared' && action === 'remove')
