import { isKustomization, type Manifest } from './manifests.ts'
import type { ReceiverFacts } from './receiver-facts.ts'
import { isWorkload, type Container } from './workloads.ts'

/** Variables are ones that the receiver reads, and come from where something puts them. */
export const environmentProblems = (
  manifests: readonly Manifest[],
  facts: ReceiverFacts,
): readonly string[] => {
  const generated = manifests
    .filter(isKustomization)
    .flatMap(({ configMapGenerator = [] }) => configMapGenerator)
  const secretKeys = manifests.flatMap(({ kind, metadata, stringData = {} }) =>
    kind === 'Secret' ? Object.keys(stringData).map((key) => `${metadata?.name} ${key}`) : [],
  )
  const names = generated.flatMap(({ literals }) => literals.map((literal) => literal.split('=')[0] ?? ''))
  const configMaps = generated.map(({ name }) => name)
  const containers = manifests
    .filter(isWorkload)
    .flatMap(({ file, spec }) => spec.template.spec.containers.map((container) => ({ file, container })))
  return [
    ...unknownNames(names, facts).map((problem) => `configMapGenerator: ${problem}`),
    ...containers.flatMap(({ file, container }) =>
      variablesOf(container, { secretKeys, configMaps }, facts).map((problem) => `${file}: ${problem}`),
    ),
    ...givenSecrets(manifests),
  ]
}

const unknownNames = (names: readonly string[], { variables }: ReceiverFacts): readonly string[] =>
  names
    .filter((name) => !variables.includes(name))
    .map((name) => `the receiver does not read ${name}; correct the name`)

interface Sources {
  readonly secretKeys: readonly string[]
  readonly configMaps: readonly string[]
}

const variablesOf = (
  { env = [], envFrom = [] }: Container,
  { secretKeys, configMaps }: Sources,
  facts: ReceiverFacts,
): readonly string[] => {
  const references = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
  const open = env.filter(({ name, value }) => facts.secrets.includes(name) && value !== undefined)
  return [
    ...unknownNames(
      env.map(({ name }) => name),
      facts,
    ),
    ...references
      .filter(({ name, key }) => !secretKeys.includes(`${name} ${key}`))
      .map(({ name, key }) => `the example of Secret ${name} has no ${key}; add it`),
    ...envFrom
      .flatMap(({ configMapRef }) => configMapRef?.name ?? [])
      .filter((name) => !configMaps.includes(name))
      .map((name) => `no configMapGenerator makes ${name}; correct the name`),
    ...open.map(({ name }) => `take ${name} from a Secret`),
  ]
}

const givenSecrets = (manifests: readonly Manifest[]): readonly string[] =>
  manifests
    .filter(({ kind }) => kind === 'Secret')
    .flatMap(({ file, stringData = {} }) =>
      Object.entries(stringData).flatMap(([key, value]) =>
        value === '' ? [] : [`${file}: leave ${key} empty`],
      ),
    )
