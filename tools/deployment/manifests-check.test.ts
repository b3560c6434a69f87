import { expect, test } from 'vitest'
import { manifestsCheck } from './manifests-check.ts'
import { changedWorkspace, facts } from './testing/changed-workspace.ts'

const at = (file: string, from: string | RegExp, to: string) => ({
  file: `deploy/kubernetes/${file}`,
  from,
  to,
})
const receive = (from: string | RegExp, to: string) => at('base/receive.yaml', from, to)

test('finds nothing to say about the manifests', async () => {
  expect(await manifestsCheck(facts).run(changedWorkspace(null))).toEqual([])
})

test.each([
  ['what is no YAML', receive('spec:', 'spec: ]'), 'base/receive.yaml: '],
  ['a value of another type', receive('replicas: 2', 'replicas: two'), 'spec/replicas must be integer'],
  ['a field that is missing', receive(/^ {2}selector:\n.*\n/m, ''), 'required property'],
  ['a misspelt field', receive('readinessProbe', 'readynessProbe'), 'readynessProbe is no field'],
  [
    'a misspelt field at the top',
    at('base/service.yaml', /^metadata/m, 'meta: {}\nmetadata'),
    '/meta is no field',
  ],
  ['a kind of another version', at('migrate/job.yaml', 'batch/v1', 'batch/v2'), 'batch/v2 Job has no schema'],
  ['a misspelt scaler', at('autoscaling/deliver.yaml', 'pollingInterval', 'pollInterval'), 'pollInterval'],
  ['a forgotten file', at('base/kustomization.yaml', '- service.yaml', '- deliver.yaml'), 'no kustomization'],
  ['a file that is not there', at('base/kustomization.yaml', '- service', '- services'), 'does not exist'],
  ['a namespace', at('base/service.yaml', 'metadata:', 'metadata:\n  namespace: prod'), 'no namespace'],
  [
    'a service without pods',
    at('base/service.yaml', 'component: receive', 'component: receiver'),
    'finds no pod',
  ],
  ['a budget without pods', at('base/disruption-budgets.yaml', ': receive', ': web'), 'finds no pod'],
  [
    'a scaler of nothing',
    at('autoscaling/receive.yaml', 'name: cohort-relay-receive\n  min', 'name: web\n  min'),
    'web',
  ],
  ['another image', receive('cohort-relay:local', 'cohort-relay:2'), 'not the image of compose.yaml'],
  ['root', receive('runAsNonRoot: true', 'runAsNonRoot: false'), 'runAsNonRoot'],
  ['every system call', receive('RuntimeDefault', 'Unconfined'), 'seccompProfile'],
  [
    'a writable root',
    receive('readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'),
    'readOnlyRoot',
  ],
  ['capabilities', receive('[ALL]', '[KILL]'), 'drop all capabilities'],
  [
    'new privileges',
    receive('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
    'allowPriv',
  ],
  ['too little time to stop', receive('PeriodSeconds: 30', 'PeriodSeconds: 27'), 'above 28'],
  ['a gap in a roll-out', receive('maxUnavailable: 0', 'maxUnavailable: 1'), 'maxUnavailable: 0'],
  ['a probe of nothing', receive('/readyz', '/ready'), 'readinessProbe: ask one of'],
  ['a probe elsewhere', receive('port: http', 'port: 9090'), 'ask port 8080'],
  ['another port', receive('containerPort: 8080', 'containerPort: 80'), 'ask port 8080'],
  [
    'restarts for the database',
    receive(/(livenessProbe:\s+httpGet:\s+path: )\/healthz/, '$1/readyz'),
    'is away',
  ],
  ['a variable that nobody reads', receive('name: ROLE', 'name: ROLES'), 'does not read ROLES'],
  ['a setting that nobody reads', at('base/kustomization.yaml', 'LOG_LEVEL', 'LOGLEVEL'), 'read LOGLEVEL'],
  ['settings of nobody', receive(/(configMapRef:\s+name: )cohort-relay/, '$1settings'), 'makes settings'],
  ['a key of no secret', receive('key: SECRET_KEY', 'key: KEY'), 'has no KEY'],
  [
    'a secret in a manifest',
    receive(/(name: SECRET_KEY\s+)valueFrom:(\s+.*){3}/, '$1value: abc'),
    'from a Secret',
  ],
  [
    'a secret in the example',
    at('examples/secret.yaml', "SECRET_KEY: ''", 'SECRET_KEY: abc'),
    'leave SECRET_KEY',
  ],
])('reports %s', async (_, change, problem) => {
  expect(await manifestsCheck(facts).run(changedWorkspace(change))).toContainEqual(
    expect.stringContaining(problem),
  )
})
