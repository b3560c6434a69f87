/** Lets a loop wait for a signal. One that comes while nobody waits is not lost. */
export const signalled = () => {
  let isSignalled = false
  let notify: (() => void) | undefined

  const pause = (seconds: number, stopped: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (stopped.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        stopped.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, seconds * 1000)
      stopped.addEventListener('abort', end)
    })

  return {
    signal: (): void => {
      isSignalled = true
      notify?.()
    },
    /** Resolves at the signal, after `seconds`, or when stopped; at once if the signal came before. */
    wait: async (seconds: number, stopped: AbortSignal): Promise<void> => {
      if (!isSignalled) {
        const woken = new AbortController()
        notify = () => woken.abort()
        await pause(seconds, AbortSignal.any([stopped, woken.signal]))
        notify = undefined
      }
      isSignalled = false
    },
    /** Resolves after `seconds` or when stopped. */
    pause,
  }
}
