import { expect, test } from 'vitest'
import { importReach } from './import-reach.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const setup = (code: string) =>
  workspaceOf({
    'libs/core/package.json': '{ "name": "@cohort-relay/core" }',
    'libs/core/src/stores/sqlite/pages.ts': code,
  })

test.each([
  "import { page } from '../../webhook/page.ts'",
  "import version from '../../../package.json'",
  "import { page } from '@cohort-relay/connector-kit'",
])('permits %s', async (code) => {
  expect(await importReach.run(setup(code))).toEqual([])
})

test.each([
  "import { page } from '../../../../billing/page.ts'",
  "export type { Page } from '../../../../billing/page.ts'",
  "import '../../../../billing/page.ts'",
  "const page = await import('../../../../billing/page.ts')",
])('reports %s', async (code) => {
  expect(await importReach.run(setup(code))).toEqual([
    expect.stringContaining('imports libs/billing/page.ts'),
  ])
})
