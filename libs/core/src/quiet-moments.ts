/** Lets others wait until a loop has found nothing left to do. */
export const quietMoments = () => {
  const waiting: (() => void)[] = []

  return {
    next: (): Promise<void> => new Promise((resolve) => waiting.push(resolve)),
    reached: (): void => {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}
