import { join } from 'node:path'
import type { Workspace } from '../workspace.ts'

/** The root of this repository, for checks that run its linter or its compiler. */
export const repositoryRoot = join(import.meta.dirname, '../../..')

/** A workspace of planted files: path → text. */
export const workspaceOf = (texts: Readonly<Record<string, string>>): Workspace => ({
  root: repositoryRoot,
  files: Object.keys(texts).toSorted(),
  read: (path) => {
    const text = texts[path]
    if (text === undefined) throw new Error(`${path} was not planted`)
    return text
  },
  has: (path) => Object.keys(texts).some((file) => file === path || file.startsWith(`${path}/`)),
})
