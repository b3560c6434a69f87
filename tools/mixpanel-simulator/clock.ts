import { setTimeout } from 'node:timers/promises'

/** Mixpanel's time. Tests and histories pass one that does not wait. */
export interface Clock {
  readonly wait: (milliseconds: number) => Promise<unknown>
  /** Milliseconds that never go back. */
  readonly now: () => number
}

/** A clock that may also be put forward: nobody waits, and everything is that much later. */
export interface MovableClock extends Clock {
  skip(milliseconds: number): void
}

export const realClock: Clock = { wait: setTimeout, now: () => performance.now() }

/** Time moves by waiting and skipping alone, and at once. */
export const virtualClock = (): MovableClock => {
  let time = 0
  const skip = (milliseconds: number): void => void (time += milliseconds)
  return { skip, wait: async (milliseconds) => skip(milliseconds), now: () => time }
}

/** Runs `speed` times as fast as `clock`: at 60 a minute of waiting takes a second. */
export const scaledClock = (speed: number, clock: Clock = realClock): MovableClock => {
  let skipped = 0
  return {
    skip: (milliseconds) => void (skipped += milliseconds),
    wait: (milliseconds) => clock.wait(milliseconds / speed),
    now: () => clock.now() * speed + skipped,
  }
}
