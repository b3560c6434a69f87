/** Whole numbers from a seed: the same seed gives the same row of numbers. */
export interface SeededRandom {
  /** From `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<Value>(values: readonly [Value, ...Value[]]): Value
}

export const createSeededRandom = (seed: number): SeededRandom => {
  let state = seed >>> 0
  // Mulberry32: short, and good enough to draw moments with.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    const first = Math.imul(state ^ (state >>> 15), state | 1)
    const second = first ^ (first + Math.imul(first ^ (first >>> 7), first | 61))
    return ((second ^ (second >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return { between, pick: (values) => values[between(0, values.length - 1)] ?? values[0] }
}
