import { describe, expect, test } from 'vitest'
import { boundaryProbe } from './boundary-probe.ts'
import { repositoryRoot, workspaceOf } from './testing/workspace-of.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

interface Configuration {
  rules: Record<string, unknown>
  overrides: { files: string[]; rules: Record<string, unknown> }[]
}

const setup = () => {
  const workspace = openWorkspace(repositoryRoot)
  const commented = workspace.read('.oxlintrc.json')
  const configuration = JSON.parse(commented.replaceAll(/^\s*\/\/.*$/gm, '')) as Configuration
  return { workspace, configuration }
}

const withConfiguration = (workspace: Workspace, configuration: Configuration): Workspace => ({
  ...workspace,
  read: (path) => (path === '.oxlintrc.json' ? JSON.stringify(configuration, null, 2) : workspace.read(path)),
})

const { configuration: shipped } = setup()

const probedRules = Object.keys(shipped.rules).filter(
  (rule) =>
    shipped.rules[rule] !== 'off' &&
    !['typescript/no-misused-promises', 'vitest/expect-expect'].includes(rule),
)

test('passes with the configuration of this repository', async () => {
  expect(await boundaryProbe.run(setup().workspace)).toEqual([])
})

describe('notices a weakened configuration', () => {
  test.each(shipped.overrides.map(({ files }, index) => ({ files, index })))(
    'without the override for $files',
    async ({ index }) => {
      const { workspace, configuration } = setup()
      configuration.overrides.splice(index, 1)
      expect(await boundaryProbe.run(withConfiguration(workspace, configuration))).not.toEqual([])
    },
  )

  test.each(probedRules)('without the rule %s', async (rule) => {
    const { workspace, configuration } = setup()
    delete configuration.rules[rule]
    expect(await boundaryProbe.run(withConfiguration(workspace, configuration))).not.toEqual([])
  })

  test('that forbids everything', async () => {
    const { workspace, configuration } = setup()
    configuration.overrides.push({
      files: ['**/*.ts'],
      rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '.' }] }] },
    })
    const problems = await boundaryProbe.run(withConfiguration(workspace, configuration))
    expect(problems.every((problem) => problem.includes('permitted, but reported'))).toBe(true)
    expect(problems.length).toBeGreaterThan(50)
  })
})

test.each([
  ['libs/billing/package.json', 'libs/billing has no layer'],
  ['libs/billing/src/index.ts', 'libs/billing has no package.json'],
  ['libs/core/src/billing/invoice.ts', 'libs/core/src/billing has no boundary'],
])('refuses a folder that no override covers: %s', async (file, problem) => {
  const workspace = workspaceOf({
    'libs/core/package.json': '{ "name": "@cohort-relay/core" }',
    [file]: '{ "name": "@cohort-relay/billing" }',
  })
  expect(await boundaryProbe.run(workspace)).toEqual([expect.stringContaining(problem)])
})
