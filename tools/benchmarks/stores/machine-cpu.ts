import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** What all processes of the machine have used of its processors, in milliseconds since it started. */
interface MachineCpu {
  readonly busy: number
  readonly all: number
}

const millisecondsPerTick = 10

/** `user nice system idle iowait irq softirq steal`; time that another machine took is not ours to use. */
export const readMachineCpu = (stat: string): MachineCpu => {
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...rest] =
    /^cpu +(?<ticks>[\d ]+)$/m.exec(stat)?.groups?.['ticks']?.split(' ').map(Number) ?? []
  const busy = user + nice + system + rest.slice(0, 3).reduce((sum, ticks) => sum + ticks, 0)
  return { busy: busy * millisecondsPerTick, all: (busy + idle + waiting) * millisecondsPerTick }
}

const readNow = (): MachineCpu | undefined => {
  try {
    return readMachineCpu(readFileSync('/proc/stat', 'utf8'))
  } catch {
    // Only Linux tells it this way.
    return undefined
  }
}

/** Cores of the machine that were busy since, by whomever; null where the system does not tell. */
export const watchMachine = (): (() => number | null) => {
  const before = readNow()
  return () => {
    const after = readNow()
    if (before === undefined || after === undefined || after.all === before.all) return null
    return ((after.busy - before.busy) / (after.all - before.all)) * cpus().length
  }
}
