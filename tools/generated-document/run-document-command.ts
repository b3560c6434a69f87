import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'

export interface GeneratedDocument {
  /** Of the command. */
  readonly name: string
  /** Below docs/. */
  readonly file: string
  readonly madeFrom: string
  /** The command that writes it. */
  readonly remedy: string
  readonly render: () => string
}

/** Writes a document that is made from code; with `--check` it only fails when the file differs. */
export const runDocumentCommand = ({ name, file, madeFrom, remedy, render }: GeneratedDocument): void => {
  const { check } = new Command(name)
    .description(`Writes docs/${file} from ${madeFrom}.`)
    .option('--check', 'write nothing; fail when the file differs', false)
    .allowExcessArguments(false)
    .parse()
    .opts<{ check: boolean }>()
  const path = new URL(`../../docs/${file}`, import.meta.url)
  if (!check) writeFileSync(path, render())
  else if (readFileSync(path, 'utf8') !== render()) {
    console.error(`docs/${file} differs from ${madeFrom}. Run: ${remedy}`)
    process.exitCode = 1
  }
}
