import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The repository as a check sees it. Paths are relative to the root and written with `/`. */
export interface Workspace {
  readonly root: string
  /** Tracked files and new ones that are not ignored, in alphabetical order. */
  readonly files: readonly string[]
  read(path: string): string
  /** True for a file or a folder. */
  has(path: string): boolean
}

/** The checkout at `root`. */
export const openWorkspace = (root: string): Workspace => ({
  root,
  files: listFiles(root),
  read: (path) => readFileSync(join(root, path), 'utf8'),
  has: (path) => existsSync(join(root, path)),
})

const listFiles = (root: string): readonly string[] => {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const paths = listed.split('\0').filter((path) => path !== '')
  return paths.filter((path) => isFile(join(root, path))).toSorted()
}

// Git still lists a file that was deleted and not committed.
const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
