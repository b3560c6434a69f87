export interface Loan<Resource> {
  readonly resource: Resource
  /** Called once by each that borrowed it. */
  readonly giveBack: () => Promise<void>
}

/** Lends one resource to everybody: opened for the first, closed when the last one gave it back, opened anew for the next. */
export const shareWhileUsed = <Resource extends { close(): Promise<void> }>(
  open: () => Promise<Resource>,
): (() => Promise<Loan<Resource>>) => {
  let opened: Promise<Resource> | undefined
  let users = 0

  return async () => {
    users += 1
    opened ??= open()
    const resource = await opened
    const giveBack = async (): Promise<void> => {
      users -= 1
      if (users > 0) return
      opened = undefined
      await resource.close()
    }
    return { resource, giveBack }
  }
}
