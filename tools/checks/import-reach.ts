import { dirname, join } from 'node:path/posix'
import type { Check } from './check.ts'
import { projectsOf } from './layers.ts'

const specifiers = /(?:\bfrom\s+|\bimport\s*\(?\s*)'(?<specifier>\.{1,2}\/[^']*)'/g

/** Resolves every relative import: the linter sees only its text, and a folder may have any name. */
export const importReach: Check = {
  name: 'relative imports stay inside their project',
  run: (workspace) => {
    const projects = projectsOf(workspace).map(({ path }) => `${path}/`)
    return workspace.files.filter(isSource).flatMap((file) => {
      const project = projects.find((path) => file.startsWith(path))
      if (project === undefined) return []
      const targets = relativeImports(workspace.read(file)).map((specifier) => join(dirname(file), specifier))
      const escaping = targets.filter((target) => !target.startsWith(project))
      return escaping.map((target) => `${file}: imports ${target}; import the project by its package name`)
    })
  },
}

const isSource = (file: string): boolean =>
  file.endsWith('.ts') && !/^tools\/checks\/.*\.test\.ts$/.test(file)

const relativeImports = (text: string): readonly string[] =>
  [...text.matchAll(specifiers)].flatMap(({ groups }) => groups?.['specifier'] ?? [])
