/** A member that cannot be recorded. It never refuses the page. */
export interface SetAsideMember {
  /** Position in the body, from 0. */
  readonly index: number
  readonly reason: SetAsideReason
}

export type SetAsideReason =
  | 'not-an-object'
  | 'id-missing'
  | 'id-wrong-type'
  | 'id-number-too-large'
  | 'id-too-long'
  | 'id-unusable-characters'
