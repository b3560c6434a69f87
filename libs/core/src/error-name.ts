/** What a log line may say of anything thrown: its class, never its message, which may hold secrets or people's data. */
export const errorName = (error: unknown): string =>
  error instanceof Error && /^[A-Za-z]{0,50}Error$/.test(error.name) ? error.name : 'unknown'
