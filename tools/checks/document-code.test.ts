import { expect, test } from 'vitest'
import { documentCode } from './document-code.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const fenced = (info: string, text: string): string => ['```', info, '\n', text, '\n```\n'].join('')

// A compiler starts in these tests.
const patience = 30_000

test(
  'permits code that compiles, also across named blocks and packages of the workspace',
  async () => {
    const text = [
      fenced(
        'ts',
        "import type { Member } from '@cohort-relay/connector-kit'\n\nexport const ids = (m: Member) => m.id",
      ),
      fenced('ts src/limit.ts', 'export const limit = 3'),
      fenced('ts', "import { limit } from './src/limit.ts'\n\nexport const twice: number = limit * 2"),
      fenced('js', 'const broken: ='),
    ].join('\n')
    expect(await documentCode.run(workspaceOf({ 'docs/a.md': text }))).toEqual([])
  },
  patience,
)

test(
  'reports a wrong type, a missing export and unreachable code at their lines',
  async () => {
    const text = [
      fenced('ts', "export const limit: number = 'three'"),
      fenced('ts', "import { absent } from '@cohort-relay/connector-kit'\n\nexport const a = absent"),
    ].join('')
    const problems = await documentCode.run(workspaceOf({ 'docs/a.md': text }))
    expect(problems).toEqual([
      expect.stringMatching(/^docs\/a\.md:2: error TS2322/),
      expect.stringMatching(/^docs\/a\.md:5: error TS2305/),
    ])
  },
  patience,
)

test('reports a block that asks not to be checked, and one that names a file outside', async () => {
  const text = fenced('ts no-check', 'broken') + fenced('ts ../../../out.ts', '')
  expect(await documentCode.run(workspaceOf({ 'README.md': text }))).toEqual([
    expect.stringContaining('README.md:1: no-check is not allowed'),
    expect.stringContaining('README.md:4: name the block'),
  ])
})
