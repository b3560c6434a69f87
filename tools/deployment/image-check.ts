import { validate } from 'dockerfile-utils'
import type { Check } from '../checks/check.ts'
import type { Workspace } from '../checks/workspace.ts'
import { contextOf, contextProblems } from './build-context.ts'
import { readImage, type Image } from './read-image.ts'
import type { ReceiverFacts } from './receiver-facts.ts'

const labels = ['title', 'description', 'licenses', 'version', 'revision']

/** The Dockerfile makes an image that starts, ends and keeps to what it is allowed, as far as text can tell. */
export const imageCheck = (facts: ReceiverFacts): Check => ({
  name: 'the Dockerfile and its context fit the receiver',
  run: (workspace) => {
    const text = workspace.read('Dockerfile')
    const image = readImage(text)
    const problems = [
      ...validate(text).map(
        ({ message, range }) =>
          `line ${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
      ),
      ...basesOf(image),
      ...copyProblems(image, contextOf(workspace)),
      ...startProblems(image, workspace),
      ...rightsOf(image),
      ...settingsOf(image, facts),
      ...labels
        .map((label) => `org.opencontainers.image.${label}`)
        .filter((label) => !image.labels.includes(label))
        .map((label) => `add the label ${label}`),
    ]
    return [...problems.map((problem) => `Dockerfile: ${problem}`), ...contextProblems(workspace)]
  },
})

const basesOf = ({ bases }: Image): readonly string[] =>
  bases
    .filter((base) => !/:(?!latest)[\w.-]+$|@sha256:/.test(base))
    .map((base) => `name a version of ${base} that stays what it is`)

const copyProblems = ({ copies }: Image, context: readonly string[]): readonly string[] =>
  copies.flatMap(({ line, from, sources }) => {
    if (from !== null) return []
    const missing = sources.filter(
      (source) => !context.some((file) => file === source || file.startsWith(`${source}/`)),
    )
    return missing.map((source) => `line ${line}: ${source} is not in the build context; correct the path`)
  })

const startProblems = (image: Image, workspace: Workspace): readonly string[] => {
  const { entrypoint, command, healthCheck } = image
  if (entrypoint === undefined || command === undefined)
    return ['write ENTRYPOINT and CMD as lists, so that signals reach the process']
  const [program, script = ''] = entrypoint
  return [
    ...(program === 'node' ? [] : ['start node itself: what stands between keeps signals from it']),
    ...(contextOf(workspace).includes(script) ? [] : [`${script} does not exist; correct ENTRYPOINT`]),
    ...(healthCheck?.[0] === 'node'
      ? []
      : ['write HEALTHCHECK as a list that starts node: nothing else is there']),
  ]
}

const rightsOf = ({ user = 'root' }: Image): readonly string[] =>
  /^[1-9]\d*(:[1-9]\d*)?$/.test(user)
    ? []
    : ['end with a USER that is a number above 0: Kubernetes cannot tell a name from root']

const settingsOf = (image: Image, { variables, port, secrets }: ReceiverFacts): readonly string[] => {
  const known = new Set(['NODE_ENV', 'PATH', ...variables])
  const names = Object.keys(image.environment)
  return [
    ...names.filter((name) => !known.has(name)).map((name) => `the receiver does not read ${name}`),
    ...names.filter((name) => secrets.includes(name)).map((name) => `take ${name} out of the image`),
    ...(image.ports.length === 1 && image.ports[0] === port ? [] : [`EXPOSE ${port}, and no other port`]),
  ]
}
