import { SingleBar } from 'cli-progress'

/** What progress is written to; `process.stderr` fits. */
type Screen = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean }

export interface ProgressOptions {
  readonly label: string
  /** Rows. */
  readonly total: number
  readonly screen: Screen
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
}

export interface Progress {
  update(done: number): void
  /** Ends the line of a bar. Safe to call twice. */
  finish(): void
}

const count = (rows: number): string => Math.round(rows).toLocaleString('en-US')
const labelWidth = 10

/** Rows, rate and remaining time: a bar on a terminal, a line for each tenth elsewhere. */
export const showProgress = (options: ProgressOptions): Progress => {
  if (options.total <= 0) return { update: () => {}, finish: () => {} }
  return options.screen.isTTY === true ? barOf(options) : linesOf(options)
}

const pace = ({ total, clock }: ProgressOptions) => {
  const begunAt = clock()
  let first: number | undefined
  return (done: number): string => {
    // What an earlier run had done tells nothing of the rate.
    first ??= done
    const seconds = (clock() - begunAt) / 1000
    const rate = seconds > 0 ? (done - first) / seconds : 0
    if (rate <= 0) return `${count(done)} of ${count(total)} rows`
    return `${count(done)} of ${count(total)} rows  ${count(rate)}/s  ${Math.ceil((total - done) / rate)} s left`
  }
}

const barOf = (options: ProgressOptions): Progress => {
  const bar = new SingleBar({
    stream: options.screen as NodeJS.WriteStream,
    format: `  ${options.label.padEnd(labelWidth)} {bar} {percentage} %  {pace}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
  })
  const paceOf = pace(options)
  bar.start(options.total, 0, { pace: '' })
  return {
    update: (done) => bar.update(done, { pace: paceOf(done) }),
    finish: () => bar.stop(),
  }
}

const linesOf = (options: ProgressOptions): Progress => {
  const { label, total, screen } = options
  const paceOf = pace(options)
  let tenths = 0
  return {
    update: (done) => {
      const text = paceOf(done)
      const reached = Math.floor((done / total) * 10)
      if (reached <= tenths) return
      tenths = reached
      screen.write(`  ${label.padEnd(labelWidth)} ${`${reached * 10} %`.padStart(5)}  ${text}\n`)
    },
    finish: () => {},
  }
}
