import type { Check } from './check.ts'
import { coreFolders, projectsOf, strayFolders } from './layers.ts'
import { lintPlanted, type Reports } from './lint-planted.ts'
import { plantedCoreFolders } from './planted-core-folders.ts'
import type { PlantedFile } from './planted-file.ts'
import { plantedProjects } from './planted-projects.ts'
import { plantedStyle } from './planted-style.ts'
import type { Workspace } from './workspace.ts'

/** Breaks every boundary on purpose: a rule that reports nothing is worse than none. */
export const boundaryProbe: Check = {
  name: 'boundaries bite',
  run: (workspace) => {
    const unknown = [...unknownProjects(workspace), ...unknownCoreFolders(workspace)]
    if (unknown.length > 0) return unknown
    const planted = [...plantedProjects(projectsOf(workspace)), ...plantedCoreFolders(), ...plantedStyle]
    return judge(planted, lintPlanted(workspace.root, workspace.read('.oxlintrc.json'), planted))
  },
}

const remedy = 'write an override in .oxlintrc.json and list it in tools/checks/layers.ts'

const unknownProjects = (workspace: Workspace): readonly string[] => {
  const layerless = projectsOf(workspace).filter(({ layer }) => layer === undefined)
  return [
    ...layerless.map(({ path }) => `${path} has no layer: ${remedy}`),
    ...strayFolders(workspace).map((path) => `${path} has no package.json: add one, or move its files`),
  ]
}

const unknownCoreFolders = (workspace: Workspace): readonly string[] => {
  const names = workspace.files.flatMap((file) => /^libs\/core\/src\/([^/]+)\//.exec(file)?.[1] ?? [])
  const unknown = [...new Set(names)].filter(
    (name) => name !== 'testing' && !Object.hasOwn(coreFolders, name),
  )
  return unknown.map((name) => `libs/core/src/${name} has no boundary: ${remedy}`)
}

const judge = (planted: readonly PlantedFile[], reports: Reports): readonly string[] =>
  planted.flatMap(({ path, rule, reason }) => {
    const reported = reports.get(path) ?? new Set<string>()
    if (rule === undefined) {
      return reported.size === 0
        ? []
        : [`${path}: permitted, but reported by ${[...reported].join(', ')}: ${reason}`]
    }
    return reported.has(rule) ? [] : [`${path}: ${rule} does not report: ${reason}`]
  })
