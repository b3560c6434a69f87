import type { Check } from '../checks/check.ts'
import { ownServices, readComposeFile, type ComposeFile, type Service } from './compose-file.ts'
import { exampleProblems } from './example-environment.ts'
import { lintCompose } from './lint-compose.ts'
import type { ReceiverFacts } from './receiver-facts.ts'

/** compose.yaml is valid, names what exists, and starts the receiver with settings that it reads. */
export const composeCheck = (facts: ReceiverFacts): Check => ({
  name: 'compose.yaml is valid and fits the receiver',
  run: (workspace) => {
    const text = workspace.read('compose.yaml')
    const file = readComposeFile(text)
    const own = ownServices(file)
    const images = new Set(own.map(([, { image }]) => image))
    const problems = [
      ...file.problems,
      ...lintCompose(text),
      ...namesOf(file),
      ...(images.size === 1 ? [] : ['give every service that runs the receiver the same image']),
      ...own.flatMap(([name, service]) =>
        [...rightsOf(service), ...settingsOf(service, facts), ...stopOf(service, facts)].map(
          (problem) => `services.${name}: ${problem}`,
        ),
      ),
    ]
    return [
      ...problems.map((problem) => `compose.yaml: ${problem}`),
      ...exampleProblems(text, workspace, facts),
    ]
  },
})

const namesOf = ({ services, networks, volumes }: ComposeFile): readonly string[] =>
  Object.entries(services).flatMap(([name, service]) => {
    const missing = [
      ...(service.networks ?? []).filter((one) => !networks.includes(one)),
      ...(service.volumes ?? [])
        .map((one) => one.split(':')[0] ?? '')
        .filter((one) => !volumes.includes(one)),
      ...Object.keys(service.depends_on ?? {}).filter((one) => !Object.hasOwn(services, one)),
    ]
    return missing.map((one) => `services.${name}: there is no ${one}; correct the name`)
  })

const rightsOf = (service: Service): readonly string[] => [
  ...(service.read_only === true ? [] : ['set read_only: true']),
  ...(service.tmpfs?.includes('/tmp') === true ? [] : ['give it /tmp as tmpfs']),
  ...(service.cap_drop?.includes('ALL') === true ? [] : ['drop all capabilities']),
  ...(service.security_opt?.includes('no-new-privileges:true') === true ? [] : ['set no-new-privileges']),
]

const settingsOf = (service: Service, { variables, port }: ReceiverFacts): readonly string[] => {
  const unknown = Object.keys(service.environment ?? {}).filter((name) => !variables.includes(name))
  const elsewhere = (service.ports ?? []).filter((published) => !published.endsWith(`:${port}`))
  return [
    ...unknown.map((name) => `the receiver does not read ${name}; correct the name`),
    ...elsewhere.map((published) => `${published} leads past port ${port}, where the receiver listens`),
  ]
}

const stopOf = ({ stop_grace_period: grace = '10s' }: Service, { stopSeconds }: ReceiverFacts) =>
  Number(/^(\d+)s$/.exec(grace)?.[1]) > stopSeconds
    ? []
    : [`set stop_grace_period above ${stopSeconds}s, which the receiver takes to end`]
