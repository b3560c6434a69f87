import type { Logger } from '@cohort-relay/connector-kit'

interface LogLine {
  readonly level: string
  readonly event: string
  readonly fields: Record<string, unknown>
}

/** A logger that keeps its lines, and a promise of the next one. */
export const logLines = () => {
  const lines: LogLine[] = []
  const waiting: (() => void)[] = []
  const at =
    (level: string) =>
    (fields: object, event: string): void => {
      lines.push({ level, event, fields: { ...fields } })
      for (const resolve of waiting.splice(0)) resolve()
    }
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const untilLine = async (count = 1): Promise<void> => {
    while (lines.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { log, lines, untilLine }
}
