import { expect, test } from 'vitest'
import { fileNames } from './file-names.ts'
import { workspaceOf } from './testing/workspace-of.ts'

test.each([
  'libs/core/src/webhook/read-page.test.ts',
  'libs/core/README.md',
  'tools/generator/files/src/__fileName__.live.test.ts.template',
  'docs/decisions/0001-Append.md',
])('permits %s', async (path) => {
  expect(await fileNames.run(workspaceOf({ [path]: '' }))).toEqual([])
})

test.each([
  ['libs/core/src/readPage.ts', 'kebab-case'],
  ['libs/core/src/read_page.ts', 'kebab-case'],
  ['libs/core/src/Webhook/page.ts', 'kebab-case'],
  ['libs/core/src/utils.ts', '"utils"'],
  ['libs/core/src/helpers/page.ts', '"helpers"'],
  ['libs/core/src/page-manager.ts', '"manager"'],
  ['libs/common/src/page.ts', '"common"'],
  ['libs/core/src/shared/page.ts', '"shared"'],
  ['apps/receiver/src/page.service.ts', '"service"'],
])('reports %s', async (path, problem) => {
  expect(await fileNames.run(workspaceOf({ [path]: '' }))).toEqual([expect.stringContaining(problem)])
})
