import { readdirSync, readFileSync } from 'node:fs'

/** As many children as `ps` would show, whatever their number of threads. */
interface Entry {
  readonly pid: number
  readonly parent: number
  /** In hundredths of a second: its own, and with those of its children that have ended. */
  readonly own: number
  readonly ended: number
}

const millisecondsPerTick = 10

/** Fields 4 and 14 to 17; the name in field 2 can hold blanks and brackets. */
export const readEntry = (pid: number, stat: string): Entry => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const at = (index: number): number => Number(fields[index])
  return { pid, parent: at(1), own: at(11) + at(12), ended: at(13) + at(14) }
}

const entryOf = (pid: number): Entry | undefined => {
  try {
    return readEntry(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // It ended meanwhile.
    return undefined
  }
}

const entries = (): readonly Entry[] => {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (entryOf(Number(name)) ?? []) : []))
  } catch {
    // Only Linux tells it this way.
    return []
  }
}

/** The process itself and its children, as PostgreSQL has them: none has children of its own. */
export const familyOf = (pid: number): readonly number[] =>
  entries().flatMap((entry) => (entry.pid === pid || entry.parent === pid ? entry.pid : []))

/** CPU of the process and all its children, those that have ended included; null where the system does not tell. */
export const familyCpu = (pid: number): number | null => {
  const family = entries().filter((entry) => entry.pid === pid || entry.parent === pid)
  if (family.length === 0) return null
  const ticks = family.reduce((sum, { own }) => sum + own, 0)
  const ended = family.find((entry) => entry.pid === pid)?.ended ?? 0
  return (ticks + ended) * millisecondsPerTick
}
