import { expect, test } from 'vitest'
import { readingPath } from './reading-path.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const setup = (architecture: string) =>
  workspaceOf({ 'ARCHITECTURE.md': architecture, 'a.ts': 'a\n'.repeat(500), 'b.ts': 'b\n'.repeat(301) })

test.each([
  '# A\n\n## Read first\n\n1. [a](a.ts)\n\n## Later\n\n[b](b.ts)\n',
  '# A\n\n## Read first\n\n1. [a](a.ts)\n2. [a again](a.ts#x)\n',
])('permits a short path', async (text) => {
  expect(await readingPath.run(setup(text))).toEqual([])
})

test.each([
  ['## Read first\n\n[a](a.ts) [b](b.ts)\n', '801 lines'],
  ['## Read first\n\n### Then\n\n[a](a.ts) [b](b.ts)\n', '801 lines'],
  ['## Read first\n\n[a](absent.ts)\n', 'absent.ts is not a file'],
  ['## Read first\n\nNothing.\n', 'list files as links'],
  ['# A\n', 'add a heading "Read first"'],
])('reports %j', async (text, problem) => {
  expect(await readingPath.run(setup(text))).toEqual([expect.stringContaining(problem)])
})

test('asks for the document while there is none', async () => {
  expect(await readingPath.run(workspaceOf({}))).toEqual([expect.stringContaining('ARCHITECTURE.md: add')])
})
