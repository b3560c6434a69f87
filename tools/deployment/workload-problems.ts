import type { ReceiverFacts } from './receiver-facts.ts'
import type { Container, Workload } from './workloads.ts'

/** What keeps a workload from running the receiver safely, from being probed, or from ending in time. */
export const workloadProblems = (workload: Workload, facts: ReceiverFacts): readonly string[] => {
  const { containers } = workload.spec.template.spec
  const problems = [
    ...podRights(workload),
    ...containers.flatMap((container) => [
      ...containerRights(container),
      ...stopOf(workload, container, facts),
      ...(workload.kind === 'Deployment' ? serving(workload, container, facts) : []),
    ]),
  ]
  return problems.map((problem) => `${workload.file}: ${problem}`)
}

const podRights = ({ spec }: Workload): readonly string[] => {
  const context = spec.template.spec.securityContext
  return [
    ...(context?.runAsNonRoot === true ? [] : ['set runAsNonRoot: true']),
    ...(context?.seccompProfile?.type === 'RuntimeDefault' ? [] : ['set seccompProfile RuntimeDefault']),
  ]
}

const containerRights = ({ securityContext: context }: Container): readonly string[] => [
  ...(context?.readOnlyRootFilesystem === true ? [] : ['set readOnlyRootFilesystem: true']),
  ...(context?.allowPrivilegeEscalation === false ? [] : ['set allowPrivilegeEscalation: false']),
  ...(context?.capabilities?.drop?.includes('ALL') === true ? [] : ['drop all capabilities']),
]

const stopOf = (
  { spec }: Workload,
  { lifecycle }: Container,
  { stopSeconds }: ReceiverFacts,
): readonly string[] => {
  const needed = stopSeconds + (lifecycle?.preStop?.sleep?.seconds ?? 0)
  const { terminationGracePeriodSeconds: grace = 30 } = spec.template.spec
  return grace > needed ? [] : [`set terminationGracePeriodSeconds above ${needed}`]
}

const serving = (
  { spec }: Workload,
  container: Container,
  { port, probePaths }: ReceiverFacts,
): readonly string[] => {
  const { startupProbe, readinessProbe, livenessProbe, ports = [] } = container
  const names = ports.filter(({ containerPort }) => containerPort === port).map(({ name }) => name)
  const probes = Object.entries({ startupProbe, readinessProbe, livenessProbe }).flatMap(([name, probe]) => {
    const { path = '', port: asked = '' } = probe?.httpGet ?? {}
    return [
      ...(probePaths.includes(path) ? [] : [`${name}: ask one of ${probePaths.join(', ')}`]),
      ...(asked === port || names.includes(String(asked)) ? [] : [`${name}: ask port ${port}`]),
    ]
  })
  return [
    ...probes,
    ...(livenessProbe?.httpGet?.path === '/readyz'
      ? ['livenessProbe: ask /healthz; a database that is away is no reason to restart']
      : []),
    ...(spec.strategy?.rollingUpdate?.maxUnavailable === 0 ? [] : ['set rollingUpdate.maxUnavailable: 0']),
  ]
}
