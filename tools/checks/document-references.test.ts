import { expect, test } from 'vitest'
import { documentReferences } from './document-references.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const setup = (text: string) =>
  workspaceOf({
    'package.json': '{ "scripts": { "demo": "", "test": "" } }',
    'libs/core/src/page.ts': '',
    'docs/operate.md': text,
    'docs/other.md': '',
  })

const fenced = (info: string, text: string): string => ['```', info, '\n', text, '\n```\n'].join('')

test.each([
  'Run `npm run demo`, `npm test` or `npm run --silent demo`.',
  '[page](../libs/core/src/page.ts#top), [other](other.md), [here](#here), [web](https://example.com)',
  'See `libs/core/src/page.ts`, `other.md` and `libs/connectors/<id>/x.ts`.',
  fenced('json', '{ "a": 1 }'),
  fenced('sh', 'cat [x](nowhere.md)'),
])('permits %s', async (text) => {
  expect(await documentReferences.run(setup(text))).toEqual([])
})

test.each([
  ['Run `npm run deploy`.', 'no script "deploy"'],
  [fenced('sh', 'npm run deploy'), 'no script "deploy"'],
  ['Run `npm start`.', 'no script "start"'],
  ['[page](libs/core/src/page.ts)', 'leads nowhere'],
  ['See `libs/core/src/pages.ts`.', '`libs/core/src/pages.ts` does not exist'],
  [fenced('json', '{ a: 1 }'), 'JSON cannot be read'],
])('reports %s', async (text, problem) => {
  expect(await documentReferences.run(setup(text))).toEqual([expect.stringContaining(problem)])
})
