export interface SetDifference {
  /** In the expected set only. */
  readonly missing: readonly string[]
  /** In the actual set only. */
  readonly extra: readonly string[]
  /** Listed more than once in the actual set. */
  readonly repeated: readonly string[]
}

/** Compares by id, so that equal counts of different people are a difference. */
export const compareSets = (expected: readonly string[], actual: readonly string[]): SetDifference => {
  const wanted = new Set(expected)
  const found = new Set<string>()
  const repeated: string[] = []
  for (const id of actual) {
    if (found.has(id)) repeated.push(id)
    found.add(id)
  }
  return {
    missing: [...wanted.difference(found)],
    extra: [...found.difference(wanted)],
    repeated,
  }
}

export const isEqual = ({ missing, extra, repeated }: SetDifference): boolean =>
  missing.length + extra.length + repeated.length === 0
