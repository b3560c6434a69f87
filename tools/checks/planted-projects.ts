import { relative } from 'node:path/posix'
import { coreFolders, layerOf, mayImport, type Layer, type Project } from './layers.ts'
import { allowed, forbidden, plant, type PlantedFile } from './planted-file.ts'

type Unplaced = Omit<PlantedFile, 'path'>

/** Planted beside the projects that exist, so that every direction is probed from the first day. */
const imagined: readonly Project[] = [
  { path: 'apps/console', name: '@cohort-relay/console', layer: 'app' },
  { path: 'libs/connector-conformance', name: '@cohort-relay/connector-conformance', layer: 'conformance' },
  { path: 'libs/connectors/other', name: '@cohort-relay/other', layer: 'connector' },
]

const layersWithDatabaseTests: readonly Layer[] = ['core', 'connector', 'app']

/** Every direction between two projects, by name, by deep import and by relative path. */
export const plantedProjects = (existing: readonly Project[]): readonly PlantedFile[] => {
  const missing = imagined.filter(({ path }) => existing.every((project) => project.path !== path))
  const projects = [...existing, ...missing]
  return projects.flatMap((project) =>
    sourceFolders(project).flatMap((folder) => [
      ...plant(
        projects.flatMap((other) => (other.path === project.path ? [] : directions(project, other, folder))),
        { folder, name: 'probe-direction' },
      ),
      ...plant(sourceOnly(project), { folder, name: 'probe-source' }),
      ...plant(testOnly(project), { folder, name: 'probe', suffix: '.test.ts' }),
      ...plant(testOnly(project), { folder: `${folder}/testing`, name: 'probe' }),
    ]),
  )
}

// Each folder of the core has an override of its own, which has to repeat what holds for all of the core.
const sourceFolders = ({ path, layer }: Project): readonly string[] => {
  if (layer === 'tool') return [`${path}/probe`]
  const folders = layer === 'core' ? Object.keys(coreFolders) : []
  return [`${path}/src`, ...folders.map((folder) => `${path}/src/${folder}`)]
}

const directions = (from: Project, to: Project, folder: string): readonly Unplaced[] => {
  const reason = `${from.path} imports ${to.path}`
  const may = isAllowed(from, to)
  return [
    ...(to.layer === 'tool' ? [] : [may ? allowed(to.name, reason) : forbidden(to.name, reason)]),
    forbidden(`${to.name}/src/planted.ts`, `${reason} past its entry`),
    forbidden(relative(folder, `${to.path}/src/index.ts`), `${reason} by a relative path`),
  ]
}

const isAllowed = (from: Project, to: Project): boolean =>
  from.layer !== undefined && to.layer !== undefined && mayImport[from.layer].includes(to.layer)

const sourceOnly = ({ path, layer }: Project): readonly Unplaced[] => {
  if (layer === 'tool') return [allowed('@cohort-relay/tools/postgres', 'a tool uses a tool')]
  const tools = [
    forbidden('@cohort-relay/tools', `${path} imports tools`),
    forbidden('@cohort-relay/tools/postgres', `${path} imports tools outside its tests`),
  ]
  if (layer === 'conformance') return [...tools, allowed('vitest', 'the suite runs in vitest')]
  return [
    ...tools,
    allowed('./planted.ts', 'a neighbour'),
    allowed('../planted/climbs.ts', 'a folder beside, in the same project'),
    allowed('zod', 'a package from outside'),
    forbidden('vitest', `${path} imports vitest outside its tests`),
    forbidden('fast-check', `${path} imports fast-check outside its tests`),
    forbidden('./testing/planted.ts', `${path} imports a stand-in outside its tests`),
    ...(layer === 'core' ? [forbidden('express', 'the core imports Express')] : []),
    ...(layer === 'core' ? [forbidden('express/lib/planted', 'the core imports inside Express')] : []),
  ]
}

const testOnly = ({ path, layer }: Project): readonly Unplaced[] => {
  if (layer === undefined || layer === 'tool') return [allowed('vitest', `${path} is tested`)]
  const conformance = '@cohort-relay/connector-conformance'
  const postgres = '@cohort-relay/tools/postgres'
  return [
    allowed('vitest', `${path} is tested`),
    forbidden('@cohort-relay/tools', `a test of ${path} imports tools`),
    forbidden('@cohort-relay/core/src/planted.ts', `a test of ${path} imports past an entry`),
    forbidden('../../../../../libs/core/src/planted.ts', `a test of ${path} climbs out`),
    layersWithDatabaseTests.includes(layer)
      ? allowed(postgres, `a test of ${path} needs PostgreSQL`)
      : forbidden(postgres, `a test of ${path} needs no PostgreSQL`),
    ...(layer === 'conformance' ? [] : [conformanceFrom(path, conformance)]),
    ...(layer === 'core' ? [forbidden('express', 'a test of the core imports Express')] : []),
  ]
}

const conformanceFrom = (path: string, conformance: string): Unplaced => {
  const reason = `a test of ${path} runs the conformance suite`
  return layerOf(path) === 'connector' ? allowed(conformance, reason) : forbidden(conformance, reason)
}
