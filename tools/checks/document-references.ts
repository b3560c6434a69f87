import { dirname, join } from 'node:path/posix'
import type { Check } from './check.ts'
import { codeBlocks, documentsOf, prose, relativeLinks } from './markdown.ts'
import type { Workspace } from './workspace.ts'

const quotedFile = /`(?<path>[\w.@-]+(?:\/[\w.@-]+)+\.(?:ts|js|json|md|yml|yaml|sh|sql|csv|html|template))`/g

/** What a document names exists: scripts, links and files; and its JSON can be read. */
export const documentReferences: Check = {
  name: 'documents name what exists',
  run: (workspace) => {
    const { scripts } = JSON.parse(workspace.read('package.json')) as { scripts: Record<string, string> }
    return documentsOf(workspace).flatMap((document) => {
      const text = workspace.read(document)
      return [
        ...missingScripts(text, scripts),
        ...missingFiles(workspace, document, text),
        ...unreadableJson(text),
      ].map((problem) => `${document}: ${problem}`)
    })
  },
}

const missingScripts = (text: string, scripts: Record<string, string>): readonly string[] => {
  const called = [
    ...text.matchAll(/\bnpm (?:run (?:--?[a-z-]+ )*(?<script>[a-z][\w:-]*)|(?<short>test|start)\b)/g),
  ]
  const names = called.map(({ groups }) => groups?.['script'] ?? groups?.['short'] ?? '')
  const missing = [...new Set(names)].filter((name) => !Object.hasOwn(scripts, name))
  return missing.map((name) => `there is no script "${name}" in package.json; name one that exists`)
}

const missingFiles = (workspace: Workspace, document: string, text: string): readonly string[] => {
  const folder = dirname(document)
  const plain = prose(text)
  const links = relativeLinks(plain).filter((target) => !workspace.has(join(folder, target)))
  const quoted = [...plain.matchAll(quotedFile)].flatMap(({ groups }) => groups?.['path'] ?? [])
  const missing = quoted.filter((path) => !workspace.has(path) && !workspace.has(join(folder, path)))
  return [
    ...links.map((target) => `the link to ${target} leads nowhere; correct it`),
    ...missing.map((path) => `\`${path}\` does not exist; correct the path`),
  ]
}

const unreadableJson = (text: string): readonly string[] =>
  codeBlocks(text).flatMap(({ info, text: json, line }) => {
    if (!/^json\b/.test(info)) return []
    try {
      JSON.parse(json)
      return []
    } catch (error) {
      return [`line ${line}: the JSON cannot be read: ${(error as Error).message}`]
    }
  })
