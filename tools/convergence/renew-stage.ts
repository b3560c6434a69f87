import type { Stage } from './stage.ts'

/** Opens a stage anew after so many histories: what gathers with each cohort must not slow the later ones down. */
export const renewStage = (open: () => Promise<Stage>, histories: number): Stage => {
  let played = 0
  let current: Promise<Stage> | undefined
  const close = async (): Promise<void> => (await current)?.close()
  return {
    newSubject: async () => {
      if (played++ % histories === 0) {
        await close()
        current = open()
      }
      return (await current!).newSubject()
    },
    close,
  }
}
