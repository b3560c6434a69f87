import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runStores } from './run-stores.ts'
import { partNames } from './stores-command.ts'

const sizes = { runs: 1, members: 1000, accounts: 300, workers: [1], idleSeconds: 1, seconds: 1, seed: 1 }

test('plays every part against real processes and finds nothing wrong', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-stores-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let text = ''
  const screen = {
    write: (part: string | Uint8Array) => {
      text += String(part)
      return true
    },
  }
  const json = join(folder, 'figures.json')
  const exitCode = await runStores({ ...sizes, quick: true, folder: tmpdir(), json }, screen)
  expect(text).not.toContain('Wrong:')
  expect(exitCode).toBe(0)
  const { played } = JSON.parse(readFileSync(json, 'utf8')) as { played: { name: string }[] }
  expect(played.map(({ name }) => name)).toEqual(partNames)
})
