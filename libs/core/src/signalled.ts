/** Lets one loop wait for a signal. One that comes while the loop is busy is not lost. */
export const signalled = () => {
  let isSignalled = false
  let notify: (() => void) | undefined

  const sleep = (seconds: number, stopped: AbortSignal, isWoken: boolean): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        stopped.removeEventListener('abort', end)
        notify = undefined
        resolve()
      }
      const timer = setTimeout(end, seconds * 1000)
      timer.unref()
      stopped.addEventListener('abort', end)
      if (isWoken) notify = end
      if (stopped.aborted) end()
    })

  return {
    signal: (): void => {
      isSignalled = true
      notify?.()
    },
    /** Resolves at the signal, after `seconds`, or when stopped; at once if the signal came before. */
    wait: async (seconds: number, stopped: AbortSignal): Promise<void> => {
      if (!isSignalled) await sleep(seconds, stopped, true)
      isSignalled = false
    },
    /** Resolves after `seconds` or when stopped, whatever is signalled; the signal is kept for `wait`. */
    pause: (seconds: number, stopped: AbortSignal): Promise<void> => sleep(seconds, stopped, false),
  }
}
