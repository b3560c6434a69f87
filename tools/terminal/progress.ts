import { SingleBar } from 'cli-progress'
import { formatCount, formatDuration } from './format.ts'

/** What progress is written to; `process.stdout` fits. */
export type Screen = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean }

export interface Progress {
  /** Never goes back: a value below an earlier one is shown as the earlier one. */
  update(done: number): void
  /** Ends the line of a bar. Safe to call twice. */
  finish(): void
}

export interface ProgressSubject {
  readonly label: string
  readonly total: number
  /** Milliseconds. Default: the process's. */
  readonly clock?: () => number
}

const labelWidth = 30

/** Tells how long the rest takes at the pace so far; an empty text before anything and after everything is done. */
const remaining = ({ total, clock = () => performance.now() }: ProgressSubject) => {
  const start = clock()
  return (done: number): string =>
    done <= 0 || done >= total ? '' : `, ${formatDuration(((clock() - start) / done) * (total - done))} left`
}

const barOf = (subject: ProgressSubject, screen: Screen): Progress => {
  const { label, total } = subject
  const left = remaining(subject)
  const bar = new SingleBar({
    stream: screen as NodeJS.WriteStream,
    format: `  ${label.padEnd(labelWidth)} {bar} {percentage} %  {done}{left}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
  })
  let most = 0
  bar.start(total, 0, { done: formatCount(0), left: '' })
  return {
    update: (done) => {
      most = Math.max(most, done)
      bar.update(most, { done: formatCount(most), left: left(most) })
    },
    finish: () => bar.stop(),
  }
}

const linesOf = (subject: ProgressSubject, screen: Screen): Progress => {
  const { label, total } = subject
  const left = remaining(subject)
  let tenths = 0
  return {
    update: (done) => {
      const reached = Math.floor((Math.min(done, total) / total) * 10)
      if (reached <= tenths) return
      tenths = reached
      const percent = `${reached * 10} %`.padStart(5)
      screen.write(
        `  ${label.padEnd(labelWidth)} ${percent}  ${formatCount(done)} of ${formatCount(total)}${left(done)}\n`,
      )
    },
    finish: () => {},
  }
}

const nothing: Progress = { update: () => {}, finish: () => {} }

/** A bar on a terminal, a line per 10 % elsewhere, nothing where there is nothing to do. */
export const createProgress = (subject: ProgressSubject, screen: Screen): Progress => {
  if (subject.total <= 0) return nothing
  return screen.isTTY ? barOf(subject, screen) : linesOf(subject, screen)
}
