import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Check } from './check.ts'
import { codeBlocks, documentsOf } from './markdown.ts'
import type { Workspace } from './workspace.ts'

interface Sample {
  /** Path of the file the block is written to, inside the temporary folder. */
  readonly path: string
  readonly text: string
  readonly document: string
  readonly line: number
  readonly info: string
}

/**
 * Type-checks the TypeScript of every document with the repository's own options. Blocks of one document that
 * name a file (three backticks, then `ts src/settings.ts`) may import each other by that name.
 */
export const documentCode: Check = {
  name: 'code in documents type-checks',
  run: (workspace) => {
    // Tools have no package entry, so a sample in their documents has nothing that it could import.
    const documents = documentsOf(workspace).filter((document) => !document.startsWith('tools/'))
    const samples = documents.flatMap((document) => samplesIn(workspace, document))
    const excused = samples.filter(({ info }) => info.includes('no-check'))
    const outside = samples.filter(({ path }) => path.split('/').includes('..'))
    const checked = samples.filter((sample) => !excused.includes(sample) && !outside.includes(sample))
    return [
      ...excused.map(
        ({ document, line }) => `${document}:${line}: no-check is not allowed; make the code compile`,
      ),
      ...outside.map(({ document, line }) => `${document}:${line}: name the block's file without ".."`),
      ...(checked.length === 0 ? [] : compile(workspace.root, checked)),
    ]
  },
}

const samplesIn = (workspace: Workspace, document: string): readonly Sample[] =>
  codeBlocks(workspace.read(document)).flatMap(({ info, text, line }) => {
    const named = /^(?:ts|typescript)(?:\s+(?<file>[\w./-]+\.ts))?(?:\s|$)/.exec(info)
    if (named === null) return []
    const file = named.groups?.['file'] ?? `line-${line}.ts`
    return [{ path: `${document}/${file}`, text, document, line, info }]
  })

const compile = (root: string, samples: readonly Sample[]): readonly string[] => {
  // Inside node_modules imports of the workspace resolve, and git, the linter and the formatter look away.
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'cohort-relay-documents-'))
  try {
    writeProject(root, folder, samples)
    return problemsIn(runCompiler(root, folder), samples)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const writeProject = (root: string, folder: string, samples: readonly Sample[]): void => {
  const files = samples.map(({ path }) => path)
  const configuration = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: { moduleDetection: 'force' },
    files,
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  for (const { path, text } of samples) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const runCompiler = (root: string, folder: string): string => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0 && stdout.trim() === '') throw new Error(`tsc did not run: ${stderr}`)
  return stdout
}

const problemsIn = (output: string, samples: readonly Sample[]): readonly string[] =>
  output.split('\n').flatMap((text) => {
    const match = /^(?<path>[^(\s]+)\((?<line>\d+),\d+\): (?<message>.*)$/.exec(text)
    if (match === null) return text.startsWith('error') ? [text] : []
    const sample = samples.find(({ path }) => path === match.groups?.['path'])
    const line = Number(match.groups?.['line']) + (sample?.line ?? 0)
    return [`${sample?.document ?? match.groups?.['path']}:${line}: ${match.groups?.['message']}`]
  })
