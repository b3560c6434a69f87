import { expect, test } from 'vitest'
import { runChecks } from './run-checks.ts'
import { workspaceOf } from './testing/workspace-of.ts'

const passing = { name: 'all is well', run: () => [] }
const failing = { name: 'names are short', run: () => ['a.ts: shorten it'] }

test('prints one line a check, problems below, and goes on after a failure', async () => {
  const lines: string[] = []
  const passed = await runChecks([failing, passing], workspaceOf({}), (line) => lines.push(line))
  expect(passed).toBe(false)
  expect(lines).toEqual(['FAIL names are short', '       a.ts: shorten it', 'ok   all is well'])
})

test('passes when every check does', async () => {
  expect(await runChecks([passing], workspaceOf({}), () => undefined)).toBe(true)
})
