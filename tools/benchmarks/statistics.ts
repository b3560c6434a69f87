export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The value that `share` (0 to 1) of the values do not exceed, by nearest rank; NaN for no values. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** The middle value, or the mean of the two in the middle; NaN for no values. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  return (low + (sorted[Math.floor(middle)] ?? low)) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
})

/** One ratio for each run, so that what slows both of a pair down cancels out. */
export const pairRatios = (values: readonly number[], baseline: readonly number[]): readonly number[] => {
  if (values.length !== baseline.length) throw new RangeError('Each value needs the baseline of its run.')
  return values.map((value, index) => value / (baseline[index] ?? Number.NaN))
}
