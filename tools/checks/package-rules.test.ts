import { expect, test } from 'vitest'
import { packageRules } from './package-rules.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const good = {
  license: 'MIT',
  type: 'module',
  exports: './src/index.ts',
  scripts: { lint: 'oxlint', typecheck: 'tsc', test: 'vitest run' },
}

const setup = (folder: string, manifest: object) =>
  workspaceOf({ [`${folder}/package.json`]: JSON.stringify(manifest) })

test.each([
  ['libs/core', good],
  ['libs/core', { ...good, exports: { '.': './src/index.ts' } }],
  ['apps/receiver', { ...good, exports: undefined }],
])('permits %s with %j', async (folder, manifest) => {
  expect(await packageRules.run(setup(folder, manifest))).toEqual([])
})

test.each([
  ['libs/core', { ...good, license: 'ISC' }, '"license"'],
  ['libs/core', { ...good, type: 'commonjs' }, '"type"'],
  ['libs/core', { ...good, scripts: { ...good.scripts, lint: 'true' } }, 'script "lint"'],
  ['libs/connectors/webhook', { ...good, exports: undefined }, 'export "./src/index.ts"'],
  ['libs/core', { ...good, exports: { '.': './src/index.ts', './src/*': './src/*' } }, 'export "./src'],
])('reports %s with %j', async (folder, manifest, problem) => {
  expect(await packageRules.run(setup(folder, manifest))).toEqual([expect.stringContaining(problem)])
})
