import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DCLinter } from 'dclint'

/** Order is for people to choose, and two services of one image may both say how it is built. */
const off = [
  'no-build-and-image',
  'service-dependencies-alphabetical-order',
  'service-keys-order',
  'service-ports-alphabetical-order',
  'services-alphabetical-order',
  'top-level-properties-order',
]

interface Result {
  readonly messages: readonly { readonly line: number; readonly message: string; readonly rule: string }[]
}

/** Validates against the schema of the Compose specification, and lints. */
export const lintCompose = (text: string): readonly string[] => {
  // The linter reads files only.
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-compose-'))
  try {
    const file = join(folder, 'compose.yaml')
    writeFileSync(file, text)
    const rules = Object.fromEntries(off.map((rule) => [rule, 0 as const]))
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
    // The package's types of it do not resolve.
    const results: readonly Result[] = linter.lintFiles([file], false)
    if (results.length === 0) throw new Error('The linter did not read compose.yaml.')
    return results.flatMap(({ messages }) =>
      messages.map(({ line, message, rule }) => `line ${line}: ${message} (${rule})`),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
