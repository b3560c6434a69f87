/**
 * What became of one member in one call.
 * `applied`: the destination now agrees. `unchanged`: it agreed already. `skipped`: left out on purpose (no such
 * person there). `refused`: the destination will never take this member as it is. `retry`: not this time.
 */
export type MemberResult =
  | { readonly memberId: string; readonly outcome: 'applied' | 'unchanged' }
  | { readonly memberId: string; readonly outcome: 'skipped' | 'refused' | 'retry'; readonly reason: string }

export type Outcome = MemberResult['outcome']
