import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1'
import * as apps from 'kubernetes-models/apps/v1'
import * as autoscaling from 'kubernetes-models/autoscaling/v2'
import * as batch from 'kubernetes-models/batch/v1'
import * as networking from 'kubernetes-models/networking.k8s.io/v1'
import * as policy from 'kubernetes-models/policy/v1'
import * as core from 'kubernetes-models/v1'
import type { Manifest } from './manifests.ts'
import { watchReads } from './watch-reads.ts'

type Model = new (data?: never) => { validate(): void }

/** Where the API server keeps each kind that we use. */
const models: Readonly<Record<string, Model>> = {
  'v1 Secret': core.Secret,
  'v1 Service': core.Service,
  'apps/v1 Deployment': apps.Deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': autoscaling.HorizontalPodAutoscaler,
  'batch/v1 Job': batch.Job,
  'networking.k8s.io/v1 NetworkPolicy': networking.NetworkPolicy,
  'policy/v1 PodDisruptionBudget': policy.PodDisruptionBudget,
  'keda.sh/v1alpha1 ScaledObject': keda.ScaledObject,
  'keda.sh/v1alpha1 TriggerAuthentication': keda.TriggerAuthentication,
}

/** Validates against the OpenAPI schema of its kind; a field that the schema does not know is a problem too. */
export const schemaProblems = ({ file, ...object }: Manifest): readonly string[] => {
  const name = `${object.apiVersion} ${object.kind}`
  const model = models[name]
  if (model === undefined) return [`${file}: ${name} has no schema here; add it to models`]
  const { watched, unread } = watchReads(object)
  const problems = failureOf(() => model.prototype.validate.call(watched))
  return [...problems, ...unread().map((path) => `${path} is no field of ${object.kind}`)].map(
    (problem) => `${file}: ${problem}`,
  )
}

const failureOf = (run: () => void): readonly string[] => {
  try {
    run()
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}
