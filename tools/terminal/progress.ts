import { SingleBar } from 'cli-progress'
import { formatCount } from './format.ts'

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
}

const labelWidth = 24

const barOf = ({ label, total }: ProgressSubject, screen: Screen): Progress => {
  const bar = new SingleBar({
    stream: screen as NodeJS.WriteStream,
    format: `  ${label.padEnd(labelWidth)} {bar} {percentage} %  {done}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
  })
  let most = 0
  bar.start(total, 0, { done: formatCount(0) })
  return {
    update: (done) => {
      most = Math.max(most, done)
      bar.update(most, { done: formatCount(most) })
    },
    finish: () => bar.stop(),
  }
}

const linesOf = ({ label, total }: ProgressSubject, screen: Screen): Progress => {
  let tenths = 0
  return {
    update: (done) => {
      const reached = Math.floor((Math.min(done, total) / total) * 10)
      if (reached <= tenths) return
      tenths = reached
      const percent = `${reached * 10} %`.padStart(5)
      screen.write(
        `  ${label.padEnd(labelWidth)} ${percent}  ${formatCount(done)} of ${formatCount(total)}\n`,
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
