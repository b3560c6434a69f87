import { pino, type Logger } from 'pino'

type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string }

export interface PinoLines {
  readonly log: Logger
  readonly lines: readonly LogLine[]
  /** The first line of this event that matches, from line `since` on; waits for it if need be. */
  readonly until: (
    event: string,
    fields?: Readonly<Record<string, unknown>>,
    since?: number,
  ) => Promise<LogLine>
}

/** The real logger at level trace, which writes into a list. */
export const pinoLines = (): PinoLines => {
  const lines: LogLine[] = []
  const waiting: (() => void)[] = []
  const write = (text: string): void => {
    lines.push(JSON.parse(text) as LogLine)
    for (const resolve of waiting.splice(0)) resolve()
  }
  return {
    log: pino({ level: 'trace', base: null }, { write }),
    lines,
    until: async (event, fields = {}, since = 0) => {
      const matches = (line: LogLine): boolean =>
        line.msg === event && Object.entries(fields).every(([name, value]) => line[name] === value)
      for (;;) {
        const found = lines.slice(since).find(matches)
        if (found !== undefined) return found
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}
