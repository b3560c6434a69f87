import type { Check } from './check.ts'

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/

/** Words that say nothing about what is inside. */
const emptyWords = new Set(
  ['util', 'helper', 'manager', 'service'].flatMap((word) => [word, `${word}s`]).concat('common', 'shared'),
)

/** A newcomer finds code by the names of files and folders. */
export const fileNames: Check = {
  name: 'names are kebab-case and say something',
  run: (workspace) => {
    const sources = workspace.files.filter((file) => /^(apps|libs|tools)\//.test(file))
    const names = sources.flatMap((file) => namesIn(file))
    return [...new Set(names)].flatMap(problemsOf)
  },
}

/** The path of each folder on the way and, for TypeScript, of the file itself. */
const namesIn = (file: string): readonly string[] => {
  const parts = file.split('/')
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  return /\.ts(\.template)?$/.test(file) ? paths : paths.slice(0, -1)
}

const problemsOf = (path: string): readonly string[] => {
  // Generators replace `__name__` in the paths of their templates.
  const name = (path.split('/').at(-1) ?? '').replaceAll(/__[a-zA-Z]+__/g, 'name')
  const empty = name.split(/[-.]/).filter((word) => emptyWords.has(word))
  return [
    ...(kebabCase.test(name) ? [] : [`${path}: rename it to kebab-case`]),
    ...empty.map((word) => `${path}: "${word}" says nothing; name what it does`),
  ]
}
