const firstSeconds = 1
const longestSeconds = 3600

/**
 * Exponential backoff with full jitter: anything from 0 to the bound, which doubles with each attempt up to an hour.
 * `random` gives 0 up to 1.
 */
export const backoffSeconds = (attempts: number, random: () => number): number =>
  random() * Math.min(longestSeconds, firstSeconds * 2 ** Math.min(attempts, 20))

export const later = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000)
