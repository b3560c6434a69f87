import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from './manifests.ts'
import { isWorkload, type Labels, type Workload } from './workloads.ts'

interface Selecting {
  readonly selector?: Labels & { readonly matchLabels?: Labels }
  readonly podSelector?: { readonly matchLabels?: Labels }
  readonly scaleTargetRef?: { readonly name: string }
}

/** Selectors find the pods of some workload, and scalers an existing one; nothing is tied to a namespace. */
export const referenceProblems = (manifests: readonly Manifest[]): readonly string[] => {
  const workloads = manifests.filter(isWorkload)
  return manifests.flatMap((manifest) => {
    const { selector, podSelector, scaleTargetRef } = (manifest.spec ?? {}) as Selecting
    const labels = selector?.matchLabels ?? podSelector?.matchLabels ?? selector
    const problems = [
      ...(labels === undefined || finds(workloads, labels)
        ? []
        : ['its selector finds no pod of ours; correct the labels']),
      ...(scaleTargetRef === undefined ||
      workloads.some(({ metadata }) => metadata.name === scaleTargetRef.name)
        ? []
        : [`there is no ${scaleTargetRef.name} to scale; correct the name`]),
      ...(manifest.metadata?.namespace === undefined ? [] : ['name no namespace; whoever applies it does']),
    ]
    return problems.map((problem) => `${manifest.file}: ${problem}`)
  })
}

const finds = (workloads: readonly Workload[], labels: Labels): boolean =>
  workloads.some(({ spec }) => {
    const found = Object.keys(labels).map((name) => [name, spec.template.metadata.labels[name]])
    return isDeepStrictEqual(Object.fromEntries(found), labels)
  })
