/** The place of one request among those that may hold a large body. */
export interface BodySlot {
  /** Resolves when this request may hold a large body. Safe to call twice. */
  readonly claim: () => Promise<void>
  /** Lets the next one in. To be called once, whether the slot was claimed or not. */
  readonly leave: () => void
}

/**
 * At most `count` requests hold a large body at a time; the others wait in line, unread, so that their bytes stay with
 * their senders. Pages of Mixpanel are far smaller and never wait.
 */
export const createBodySlots = (count: number): (() => BodySlot) => {
  const waiting: (() => void)[] = []
  let free = count
  const release = (): void => {
    free++
    waiting.shift()?.()
  }
  const acquire = (): Promise<void> =>
    new Promise((resolve) => {
      const enter = (): void => {
        free--
        resolve()
      }
      if (free > 0) enter()
      else waiting.push(enter)
    })
  return () => {
    let claimed: Promise<void> | undefined
    return {
      claim: () => (claimed ??= acquire()),
      leave: () => void claimed?.then(release),
    }
  }
}
