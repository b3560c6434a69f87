import { basename } from 'node:path/posix'
import type { Check } from './check.ts'

const maximum = 8

// The formatter puts every top-level statement at the start of a line.
const declaration =
  /^export (?:declare |abstract |async )*(?:const|let|class|function|interface|type|enum)\b(?! \{)/gm
const list = /^export (?:type )?\{(?<names>[^}]*)\}/gm
const star = /^export (?:type )?\*/m

/** A file that exports much is several files. */
export const fileExports: Check = {
  name: `at most ${maximum} exports a file, each by name`,
  run: (workspace) =>
    workspace.files.filter(isSource).flatMap((file) => {
      const text = workspace.read(file)
      const count = countExports(text)
      const crowded = count > maximum && basename(file) !== 'index.ts'
      return [
        ...(crowded ? [`${file}: ${count} exports, at most ${maximum}; split it by topic`] : []),
        ...(star.test(text) ? [`${file}: export * hides what is public; list the names`] : []),
      ]
    }),
}

const isSource = (file: string): boolean =>
  /^(apps|libs|tools)\/.*\.ts$/.test(file) && !file.endsWith('.test.ts')

const countExports = (text: string): number => {
  const listed = [...text.matchAll(list)].flatMap(({ groups }) => names(groups?.['names'] ?? ''))
  return [...text.matchAll(declaration)].length + listed.length
}

const names = (text: string): readonly string[] => text.split(',').filter((name) => name.trim() !== '')
