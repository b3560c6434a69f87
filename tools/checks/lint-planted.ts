import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { PlantedFile } from './planted-file.ts'

/** Path of a planted file → the rules that reported it. */
export type Reports = ReadonlyMap<string, ReadonlySet<string>>

/** Lints the planted files with `configuration`, in a temporary folder of the same shape, so its globs match. */
export const lintPlanted = (
  root: string,
  configuration: string,
  planted: readonly PlantedFile[],
): Reports => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-probe-'))
  try {
    // Planted imports lead nowhere, so rules that need types have nothing to say and only cost time.
    write(join(folder, '.oxlintrc.json'), configuration.replace('"typeAware": true', '"typeAware": false'))
    for (const { path, code } of planted) write(join(folder, path), code)
    return readReports(runLinter(root, folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const runLinter = (root: string, folder: string): string => {
  const linter = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout, stderr } = spawnSync(process.execPath, [linter, '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (!stdout.trimStart().startsWith('{')) throw new Error(`oxlint did not run: ${stdout}${stderr}`)
  return stdout
}

const readReports = (output: string): Reports => {
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
  const reports = new Map<string, Set<string>>()
  for (const { code, filename } of diagnostics) {
    reports.set(filename, (reports.get(filename) ?? new Set<string>()).add(code))
  }
  return reports
}
