import type { Workspace } from './workspace.ts'

export interface CodeBlock {
  /** What stands behind the opening fence: the language, then perhaps more. */
  readonly info: string
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

const fence = /^(?<indent> *)```(?<info>[^\n`]*)\n(?<text>[\s\S]*?)^ *```[ \t]*$/gm

/** The documents that people read, in alphabetical order. */
export const documentsOf = (workspace: Workspace): readonly string[] =>
  workspace.files.filter((file) =>
    /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.*\.md$|^(apps|libs|tools)\/(.*\/)?README\.md$/.test(
      file,
    ),
  )

export const codeBlocks = (text: string): readonly CodeBlock[] =>
  [...text.matchAll(fence)].map(({ index, groups = {} }) => ({
    info: (groups['info'] ?? '').trim(),
    text: (groups['text'] ?? '').replaceAll(new RegExp(`^${groups['indent'] ?? ''}`, 'gm'), ''),
    line: text.slice(0, index).split('\n').length,
  }))

/** The document without its code blocks. */
export const prose = (text: string): string => text.replaceAll(fence, '')

/** Targets of the links in `text` that lead into the repository, without their anchors. */
export const relativeLinks = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?<target>[^)\s]+)[^)]*\)/g)].flatMap(({ groups }) => {
    const target = (groups?.['target'] ?? '').replace(/#.*$/, '')
    return target === '' || /^[a-z]+:/i.test(target) ? [] : [target]
  })

/** The text under a heading, up to the next heading of the same or a higher level. */
export const section = (text: string, heading: string): string | undefined => {
  const lines = prose(text).split('\n')
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '').trim() === heading)
  if (start === -1) return undefined
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^#+ /.test(line) && (/^#+/.exec(line)?.[0].length ?? 0) <= level)
  return rest.slice(0, end === -1 ? undefined : end).join('\n')
}
