import { expect, test } from 'vitest'
import { fileExports } from './file-exports.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const constants = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const value${index} = ${index}\n`).join('')

test.each([
  ['eight exports', 'libs/core/src/page.ts', constants(8)],
  ['any number in index.ts', 'libs/core/src/index.ts', constants(20)],
  ['any number in a test', 'libs/core/src/page.test.ts', constants(20)],
  ['words in a comment', 'libs/core/src/page.ts', `${constants(8)}// export const value8 = 8\n`],
])('permits %s', async (_, path, text) => {
  expect(await fileExports.run(workspaceOf({ [path]: text }))).toEqual([])
})

test.each([
  ['a ninth constant', constants(9), '9 exports'],
  ['a ninth name in a list', `${constants(7)}export {\n  a,\n  type B,\n}\n`, '9 exports'],
  ['a ninth type', `${constants(8)}export type Page = string\n`, '9 exports'],
  ['a ninth function', `${constants(8)}export async function page() {}\n`, '9 exports'],
  ['export *', "export * from './page.ts'\n", 'export *'],
  ['export * under a name', "export * as page from './page.ts'\n", 'export *'],
])('reports %s', async (_, text, problem) => {
  const problems = await fileExports.run(workspaceOf({ 'libs/core/src/page.ts': text }))
  expect(problems).toEqual([expect.stringContaining(problem)])
})
