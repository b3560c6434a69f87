import { expect, test } from 'vitest'
import { lockfile } from './lockfile.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const locked = {
  '': { devDependencies: { nx: '23.2.1' } },
  'libs/core': { dependencies: { zod: '4.6.7' } },
  'node_modules/@cohort-relay/core': { resolved: 'libs/core', link: true },
}

const setup = (packages: object, core: object = { dependencies: { zod: '4.6.7' } }) =>
  workspaceOf({
    'package-lock.json': JSON.stringify({ packages }),
    'package.json': JSON.stringify({ devDependencies: { nx: '23.2.1' } }),
    'libs/core/package.json': JSON.stringify(core),
  })

test('permits a lockfile in step, with links inside the workspace', async () => {
  expect(await lockfile.run(setup(locked))).toEqual([])
})

test.each([
  ['another version', setup(locked, { dependencies: { zod: '4.6.8' } }), 'dependencies differ'],
  [
    'a new group',
    setup(locked, { ...locked['libs/core'], devDependencies: { got: '16.1.0' } }),
    'devDependencies',
  ],
  ['a new project', setup({ '': locked[''] }), 'libs/core/package.json: not in package-lock.json'],
  [
    'a host',
    setup({ ...locked, zod: { resolved: 'https://example.com/zod.tgz' } }),
    '"resolved" from a host',
  ],
])('reports %s', async (_, workspace, problem) => {
  expect(await lockfile.run(workspace)).toEqual([expect.stringContaining(problem)])
})
