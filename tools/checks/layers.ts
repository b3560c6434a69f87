import { dirname } from 'node:path/posix'
import type { Workspace } from './workspace.ts'

export type Layer = 'kit' | 'conformance' | 'connector' | 'core' | 'app' | 'tool'

export interface Project {
  readonly path: string
  readonly name: string
  /** Undefined for a folder that no override of `.oxlintrc.json` is written for. */
  readonly layer: Layer | undefined
}

/** What each layer may import by package name, outside its tests. */
export const mayImport: Readonly<Record<Layer, readonly Layer[]>> = {
  kit: [],
  conformance: ['kit'],
  connector: ['kit'],
  core: ['kit'],
  app: ['kit', 'core', 'connector'],
  tool: ['kit', 'conformance', 'connector', 'core', 'app'],
}

/** Folder of the core → what it may import from its neighbours. A folder that is not listed fails the probe. */
export const coreFolders: Readonly<Record<string, CoreFolder>> = {
  authentication: { values: [], types: ['webhook', 'identity', 'ledger'] },
  webhook: { values: [], types: ['authentication', 'identity', 'ledger'] },
  identity: { values: [], types: ['authentication', 'webhook', 'ledger'] },
  ledger: { values: [], types: ['authentication', 'webhook', 'identity'] },
  intake: { values: ['ledger'], types: ['ledger', 'webhook'] },
  delivery: { values: ['ledger', 'identity'], types: ['ledger', 'identity'] },
  stores: {
    values: ['authentication', 'webhook', 'identity', 'ledger', 'intake', 'delivery'],
    types: ['authentication', 'webhook', 'identity', 'ledger', 'intake', 'delivery'],
  },
}

export interface CoreFolder {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

/** The layer of a project's folder. */
export const layerOf = (path: string): Layer | undefined => {
  if (path === 'tools') return 'tool'
  if (path === 'libs/core') return 'core'
  if (path === 'libs/connector-kit') return 'kit'
  if (path === 'libs/connector-conformance') return 'conformance'
  if (/^libs\/connectors\/[^/]+$/.test(path)) return 'connector'
  return /^apps\/[^/]+$/.test(path) ? 'app' : undefined
}

/** Every project under apps and libs, and tools. */
export const projectsOf = (workspace: Workspace): readonly Project[] => {
  const manifests = workspace.files.filter((file) => /^(apps|libs|tools)\/(.*\/)?package\.json$/.test(file))
  return manifests.map((file) => {
    const path = dirname(file)
    const { name } = JSON.parse(workspace.read(file)) as { name: string }
    return { path, name, layer: layerOf(path) }
  })
}

/** Folders under apps and libs that hold files but belong to no project. */
export const strayFolders = (workspace: Workspace): readonly string[] => {
  const folders = workspace.files.flatMap((file) => {
    const match = /^(apps\/[^/]+|libs\/connectors\/[^/]+|libs\/(?!connectors\/)[^/]+)\//.exec(file)
    return match?.[1] === undefined ? [] : [match[1]]
  })
  const projects = new Set(projectsOf(workspace).map(({ path }) => path))
  return [...new Set(folders)].filter((folder) => !projects.has(folder))
}
