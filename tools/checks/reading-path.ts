import type { Check } from './check.ts'
import { relativeLinks, section } from './markdown.ts'
import type { Workspace } from './workspace.ts'

const document = 'ARCHITECTURE.md'
const heading = 'Read first'
const maximumLines = 800

/** What a newcomer reads first stays short: the orchestrator must not become the monster. */
export const readingPath: Check = {
  name: `a newcomer reads at most ${maximumLines} lines first`,
  run: (workspace) => {
    const text = workspace.has(document) ? section(workspace.read(document), heading) : undefined
    if (text === undefined) return [`${document}: add a heading "${heading}" with links to the files`]
    const files = [...new Set(relativeLinks(text))]
    if (files.length === 0) return [`${document}: list files as links under "${heading}"`]
    const wrong = files.filter((file) => !workspace.files.includes(file))
    if (wrong.length > 0) return wrong.map((file) => `${document}: ${file} is not a file; link to files`)
    return judge(workspace, files)
  },
}

const judge = (workspace: Workspace, files: readonly string[]): readonly string[] => {
  const lengths = files.map((file) => workspace.read(file).trimEnd().split('\n').length)
  const sum = lengths.reduce((total, length) => total + length, 0)
  const each = files.map((file, index) => `${file} ${lengths[index]}`).join(', ')
  return sum <= maximumLines
    ? []
    : [`${document}: ${sum} lines under "${heading}", at most ${maximumLines}; shorten a file (${each})`]
}
