import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runIngest } from './run-ingest.ts'

test(
  'measures the real receiver against the baseline and prints a row for each',
  { timeout: 30_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-bench-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const json = join(folder, 'figures.json')
    let text = ''
    const screen = {
      write: (part: string | Uint8Array) => {
        text += String(part)
        return true
      },
    }
    const options = { runs: 1, pages: 3, warmUp: 1, connections: 2, pin: false, folder, json }
    expect(await runIngest(options, screen)).toBe(0)
    expect(text).toContain('acknowledged and applied')
    const { figures } = JSON.parse(readFileSync(json, 'utf8')) as { figures: { membersPerSecond: object }[] }
    expect(figures).toHaveLength(4)
    expect(figures.every(({ membersPerSecond }) => Object.values(membersPerSecond).every((n) => n > 0))).toBe(
      true,
    )
  },
)
