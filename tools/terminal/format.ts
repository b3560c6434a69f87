const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** `25000` → `25,000`. */
export const formatCount = (count: number): string => counts.format(count)

/** `1234` → `1.23 s`; from a minute on `2 min 05 s`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`
  const seconds = Math.round(milliseconds / 1000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/** Members per second, or a dash where there is nothing to divide. */
export const formatRate = (members: number, milliseconds: number): string =>
  members === 0 || milliseconds <= 0 ? '-' : formatCount((members / milliseconds) * 1000)
