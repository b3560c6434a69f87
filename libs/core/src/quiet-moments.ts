/** Lets others wait until a loop has found nothing left to do. All who wait share one promise, however many they are. */
export const quietMoments = () => {
  let moment = Promise.withResolvers<void>()

  return {
    next: (): Promise<void> => moment.promise,
    reached: (): void => {
      moment.resolve()
      moment = Promise.withResolvers()
    },
  }
}
