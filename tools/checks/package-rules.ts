import type { Check } from './check.ts'
import type { Workspace } from './workspace.ts'

interface Manifest {
  readonly license?: string
  readonly type?: string
  readonly exports?: unknown
  readonly scripts?: Readonly<Record<string, string>>
}

const scripts = { lint: 'oxlint', typecheck: 'tsc', test: 'vitest run' }

/** Projects are all alike: learn one, know all. */
export const packageRules: Check = {
  name: 'packages are all alike',
  run: (workspace) => {
    const manifests = workspace.files.filter((file) => /^(apps|libs)\/.*package\.json$/.test(file))
    return manifests.flatMap((file) => problemsOf(workspace, file))
  },
}

const problemsOf = (workspace: Workspace, file: string): readonly string[] => {
  const manifest = JSON.parse(workspace.read(file)) as Manifest
  const wrong = Object.entries(scripts).filter(([name, command]) => manifest.scripts?.[name] !== command)
  return [
    ...(manifest.license === 'MIT' ? [] : ['set "license" to "MIT"']),
    ...(manifest.type === 'module' ? [] : ['set "type" to "module"']),
    ...wrong.map(([name, command]) => `set the script "${name}" to "${command}"`),
    // Only `exports` keeps the compiler and Node from reaching past a library's entry.
    ...(file.startsWith('libs/') && !exportsEntryOnly(manifest.exports)
      ? ['export "./src/index.ts" as "." and nothing else']
      : []),
  ].map((remedy) => `${file}: ${remedy}`)
}

const exportsEntryOnly = (exports: unknown): boolean => {
  if (typeof exports === 'string') return exports === './src/index.ts'
  return JSON.stringify(exports) === JSON.stringify({ '.': './src/index.ts' })
}
