/** Mixpanel sends a call once and again five times within a minute (docs.mixpanel.com/docs/cohort-sync/webhooks, 2026-11). */
const triesOfOneCall = 6

/**
 * What it says when a page has come again unchanged for the n-th time. `given-up`: that was the last try; although each was
 * acknowledged, the sync may have failed in Mixpanel's eyes. `begun-again`: it had failed, and is sent once more as it was.
 */
export const readRepeat = (repeats: number): 'given-up' | 'begun-again' | undefined => {
  if (repeats % triesOfOneCall === triesOfOneCall - 1) return 'given-up'
  return repeats > 0 && repeats % triesOfOneCall === 0 ? 'begun-again' : undefined
}
