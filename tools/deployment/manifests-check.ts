import type { Check } from '../checks/check.ts'
import { ownServices, readComposeFile } from './compose-file.ts'
import { environmentProblems } from './manifest-environment.ts'
import { referenceProblems } from './manifest-references.ts'
import { schemaProblems } from './manifest-schema.ts'
import { isKustomization, kustomizationProblems, readManifests } from './manifests.ts'
import type { ReceiverFacts } from './receiver-facts.ts'
import { workloadProblems } from './workload-problems.ts'
import { isWorkload } from './workloads.ts'

/** The Kubernetes manifests are valid, agree with each other and with compose.yaml, and fit the receiver. */
export const manifestsCheck = (facts: ReceiverFacts): Check => ({
  name: 'the Kubernetes manifests are valid and fit the receiver',
  run: (workspace) => {
    const { manifests, problems: unreadable } = readManifests(workspace)
    if (unreadable.length > 0) return unreadable
    const invalid = manifests.filter((one) => !isKustomization(one)).flatMap(schemaProblems)
    // What follows relies on fields being what the schema says.
    if (invalid.length > 0) return invalid
    const workloads = manifests.filter(isWorkload)
    if (workloads.length === 0) return ['deploy/kubernetes: holds no workload; restore the manifests']
    const images = new Set(
      ownServices(readComposeFile(workspace.read('compose.yaml'))).map(([, { image }]) => image),
    )
    const others = workloads.flatMap(({ file, spec }) =>
      spec.template.spec.containers
        .filter(({ image }) => !images.has(image))
        .map(({ image }) => `${file}: ${image} is not the image of compose.yaml; name the same`),
    )
    return [
      ...kustomizationProblems(manifests, workspace),
      ...workloads.flatMap((workload) => workloadProblems(workload, facts)),
      ...environmentProblems(manifests, facts),
      ...referenceProblems(manifests),
      ...others,
    ]
  },
})
