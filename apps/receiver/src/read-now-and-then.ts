interface Reading<Value> {
  readonly at: number
  readonly value: Promise<Value>
}

const maxKeys = 10_000

/**
 * Reads again at most once a second for each key; whoever asks in between gets the same answer, also one that is still
 * under way. A reading that fails is not kept.
 */
export const readNowAndThen = <Value>(
  read: (key: string) => Promise<Value>,
  clock: () => number,
): ((key: string) => Promise<Value>) => {
  const readings = new Map<string, Reading<Value>>()

  return (key) => {
    const known = readings.get(key)
    if (known !== undefined && clock() - known.at < 1000) return known.value
    if (readings.size >= maxKeys) readings.clear()
    const reading = { at: clock(), value: read(key) }
    readings.set(key, reading)
    reading.value.catch(() => readings.get(key) === reading && readings.delete(key))
    return reading.value
  }
}
