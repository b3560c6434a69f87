import { expect, test } from 'vitest'
import { noLeaks } from './leaks.ts'
import { workspaceOf } from './testing/workspace-of.ts'

// Put together here, so that this file does not leak by itself.
const join = (...parts: string[]): string => parts.join('')
const privateKey = join('-----BEGIN RSA PRIVATE', ' KEY-----')
const apiKey = join('crk_', 'ab12', '_', 'x'.repeat(43), '_c0ffee')

test.each([
  ['a path of the system', 'open /tmp/file and /usr/bin/node'],
  ['a part of an address', 'https://example.com/home/page'],
  ['a metrics registry', 'registry.metrics()'],
  ['a placeholder of a key', 'crk_<key id>_<secret>_<checksum>'],
])('permits %s', async (_, text) => {
  expect(await noLeaks.run(workspaceOf({ 'README.md': text }))).toEqual([])
})

test.each([
  ["a developer's folder", join('see ', '/ho', 'me/ann/cohort-relay')],
  ['a folder of root', join('"', '/ro', 'ot/.npmrc"')],
  ['a workplace', join('cd ', '/wo', 'rk/main')],
  ['a file outside', join('..', '/shared/facts.md')],
  ['a registry', join('https://registry', '.npmjs', '.org/zod')],
  ['a private key', privateKey],
  ['an API key', apiKey],
])('reports %s with its line', async (_, text) => {
  const problems = await noLeaks.run(workspaceOf({ 'README.md': `# Title\n${text}\n` }))
  expect(problems).toEqual([expect.stringMatching(/^README\.md:2: holds /)])
})

test('permits made-up keys in tests and nowhere else', async () => {
  const text = `${privateKey}\n${apiKey}`
  const workspace = workspaceOf({ 'a/key.test.ts': text, 'a/testing/key.ts': text, 'a/key.ts': text })
  const problems = await noLeaks.run(workspace)
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['a/key.ts', 'a/key.ts'])
})
