import { readFileSync } from 'node:fs'

export interface ProcessUsage {
  /** User and system time of all its threads since it started. */
  readonly cpuMilliseconds: number
  /** The most it ever had in memory. */
  readonly peakMegabytes: number
}

/** The kernel counts in hundredths of a second, whatever its own clock does. */
const millisecondsPerTick = 10

/** Fields 14 and 15; the name in field 2 can hold blanks and brackets. */
export const readCpu = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}

export const readPeak = (status: string): number =>
  Number(/^VmHWM:\s+(?<kilobytes>\d+) kB$/m.exec(status)?.groups?.['kilobytes']) / 1024

/** Undefined where the system has no `/proc`. */
export const processUsage = (pid: number): ProcessUsage | undefined => {
  try {
    return {
      cpuMilliseconds: readCpu(readFileSync(`/proc/${pid}/stat`, 'utf8')),
      peakMegabytes: readPeak(readFileSync(`/proc/${pid}/status`, 'utf8')),
    }
  } catch {
    // Only Linux tells it this way; the table shows a dash elsewhere.
    return undefined
  }
}
