import { dirname, join } from 'node:path/posix'
import { parseAllDocuments } from 'yaml'
import type { Workspace } from '../checks/workspace.ts'

const manifestFolder = 'deploy/kubernetes'

/** One object of a file. */
export interface Manifest {
  readonly file: string
  readonly kind: string
  readonly apiVersion: string
  readonly metadata?: { readonly name: string; readonly namespace?: string }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly stringData?: Readonly<Record<string, string>>
}

/** What kustomize joins. */
export interface Kustomization extends Manifest {
  readonly resources?: readonly string[]
  readonly configMapGenerator?: readonly { readonly name: string; readonly literals: readonly string[] }[]
}

/** Every object under deploy/kubernetes, and what could not be read. */
export const readManifests = (
  workspace: Workspace,
): { readonly manifests: readonly Manifest[]; readonly problems: readonly string[] } => {
  const files = workspace.files.filter(
    (file) => file.startsWith(`${manifestFolder}/`) && /\.ya?ml$/.test(file),
  )
  const documents = files.flatMap((file) =>
    parseAllDocuments(workspace.read(file)).map((document) => ({ file, document })),
  )
  return {
    manifests: documents.map(({ file, document }) => ({ ...(document.toJS() as Manifest), file })),
    problems: documents.flatMap(({ file, document }) =>
      document.errors.map(({ message }) => `${file}: ${message}`),
    ),
  }
}

export const isKustomization = (manifest: Manifest): manifest is Kustomization =>
  manifest.kind === 'Kustomization'

/** A kustomization names files that exist, and every file but the examples is named by one. */
export const kustomizationProblems = (
  manifests: readonly Manifest[],
  workspace: Workspace,
): readonly string[] => {
  const named = manifests
    .filter(isKustomization)
    .flatMap(({ file, resources = [] }) =>
      resources.map((resource) => ({ file, path: join(dirname(file), resource) })),
    )
  const paths = new Set(named.map(({ path }) => path))
  const forgotten = manifests.filter(
    (one) => !isKustomization(one) && !paths.has(one.file) && !one.file.includes('/examples/'),
  )
  return [
    ...named
      .filter(({ path }) => !workspace.has(path))
      .map(({ file, path }) => `${file}: ${path} does not exist; correct the path`),
    ...new Set(forgotten.map(({ file }) => `${file}: no kustomization names it; add it to resources`)),
  ]
}
