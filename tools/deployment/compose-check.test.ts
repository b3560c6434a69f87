import { expect, test } from 'vitest'
import { composeCheck } from './compose-check.ts'
import { changedWorkspace, facts } from './testing/changed-workspace.ts'

const at = (from: string | RegExp, to: string, file = 'compose.yaml') => ({ file, from, to })

test('finds nothing to say about compose.yaml', async () => {
  expect(await composeCheck(facts).run(changedWorkspace(null))).toEqual([])
})

test.each([
  ['what is no YAML', at('services:', 'services: ]'), 'compose.yaml: '],
  ['a key of no schema', at('read_only:', 'readonly:'), 'additional properties'],
  ['a value of no schema', at('read_only: true', 'read_only: [1]'), 'boolean'],
  [
    'a service that is not there',
    at('postgres:\n        condition', 'postgre:\n        condition'),
    'no postgre;',
  ],
  ['a network that is not there', at('      - outside', '      - outsite'), 'no outsite'],
  ['a volume that is not there', at('postgres:/var', 'postgre:/var'), 'no postgre;'],
  ['a writable root', at('read_only: true', 'read_only: false'), 'read_only: true'],
  ['no room for temporary files', at('- /tmp', '- /var/tmp'), '/tmp as tmpfs'],
  ['capabilities', at('- ALL', '- KILL'), 'drop all capabilities'],
  ['new privileges', at('no-new-privileges:true', 'no-new-privileges:false'), 'no-new-privileges'],
  ['too little time to stop', at('stop_grace_period: 30s', 'stop_grace_period: 20s'), 'above 25s'],
  ['a variable that nobody reads', at('ROLE: receive', 'ROLES: receive'), 'does not read ROLES'],
  ['another port', at('8080}:8080', '8080}:8081'), 'past port 8080'],
  [
    'two images',
    at('  deliver:\n    <<: *process', '  deliver:\n    <<: *process\n    image: cohort-relay:2'),
    'same',
  ],
  [
    'a secret in the file',
    at('SECRET_KEY: ${SECRET_KEY:?set it in .env}', 'SECRET_KEY: abc'),
    'take SECRET_KEY',
  ],
  [
    'a secret in the example',
    at('ADMIN_TOKEN=', 'ADMIN_TOKEN=abc', '.env.example'),
    'leave ADMIN_TOKEN empty',
  ],
  ['an unexplained variable', at('RECEIVE_PORT=', '#RECEIVE_PORT=', '.env.example'), 'explain RECEIVE_PORT'],
  ['a variable without use', at('LOG_LEVEL=', 'LEVEL=', '.env.example'), 'does not ask for LEVEL'],
])('reports %s', async (_, change, problem) => {
  expect(await composeCheck(facts).run(changedWorkspace(change))).toContainEqual(
    expect.stringContaining(problem),
  )
})

test('reports secrets that git would take', async () => {
  const problems = await composeCheck(facts).run(changedWorkspace(null, ['.env']))
  expect(problems).toEqual([expect.stringContaining('keep it out of the repository')])
})
