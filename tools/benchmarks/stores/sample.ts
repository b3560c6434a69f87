import type { Contestant } from './contestant.ts'

/** What one turn measured. Null: not told by this system, or no meaning here. */
export interface Sample {
  readonly membersPerSecond: number
  readonly p50: number | null
  readonly p99: number | null
  /** Milliseconds of CPU for 1,000 members. */
  readonly processCpu: number | null
  readonly serverCpu: number | null
}

const spent = (before: number | null, after: number | null, members: number): number | null =>
  before === null || after === null ? null : ((after - before) * 1000) / members

/** Starts a clock; its function tells what it took for so many members. */
export const startSample = ({ cpu }: Pick<Contestant, 'cpu'>): ((members: number) => Sample) => {
  const [start, before] = [performance.now(), cpu()]
  return (members) => {
    const milliseconds = performance.now() - start
    const after = cpu()
    return {
      membersPerSecond: (members * 1000) / milliseconds,
      p50: null,
      p99: null,
      processCpu: spent(before.process, after.process, members),
      serverCpu: spent(before.server, after.server, members),
    }
  }
}
