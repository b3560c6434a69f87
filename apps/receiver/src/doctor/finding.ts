export type Level = 'ok' | 'warn' | 'fail'

/** What one check found. */
export interface Finding {
  /** `secret key`, `disk`. */
  readonly check: string
  readonly level: Level
  readonly message: string
  /** What to do; nothing where all is well. */
  readonly remedy?: string
}

export const ok = (check: string, message: string): Finding => ({ check, level: 'ok', message })

export const warn = (check: string, message: string, remedy: string): Finding => ({
  check,
  level: 'warn',
  message,
  remedy,
})

export const fail = (check: string, message: string, remedy: string): Finding => ({
  check,
  level: 'fail',
  message,
  remedy,
})
