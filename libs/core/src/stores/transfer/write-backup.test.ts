import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { openBackupSource } from './backup-source.ts'
import { importSource } from './import-source.ts'
import { stoppedInside } from './testing/broken-sources.ts'
import { transferSetup } from './testing/transfer-setup.ts'
import { totalsOf } from './transfer-source.ts'
import { writeBackup } from './write-backup.ts'

const setup = await transferSetup()
let path: string
let backup: string
beforeAll(async () => {
  path = await setup.richFile()
  const database = new DatabaseSync(path)
  // So much that it is compressed in several blocks, of which some can be read when the last one is cut off.
  database.exec('UPDATE member SET properties = hex(randomblob(400000)) WHERE id = 1')
  database.close()
  backup = setup.newPath()
  const source = setup.openSource(path)
  await writeBackup(source, { to: backup })
  source.close()
})

const linesOf = (file: string): string[] => zstdDecompressSync(readFileSync(file)).toString().split('\n')

const withLines = (change: (lines: string[]) => string[]): string => {
  const file = setup.newPath()
  writeFileSync(file, zstdCompressSync(Buffer.from(change(linesOf(backup)).join('\n'))))
  return file
}

const read = async (file: string) => totalsOf(await openBackupSource(file))

test('holds what the database holds, under the same digest', async () => {
  const source = setup.openSource(path)
  expect(await read(backup)).toEqual(await totalsOf(source))
  source.close()
})

test('is imported, also where an import of the database itself was stopped', async () => {
  const url = await setup.createTarget()
  const source = setup.openSource(path)
  await expect(importSource(stoppedInside(source, 9), { url })).rejects.toThrow('stopped')
  source.close()
  const report = await importSource(await openBackupSource(backup), { url })
  expect(report.isEqual).toBe(true)
  expect(report.resumedRows).toBeGreaterThan(0)
})

test('is read by its owner only, and replaces nothing unasked', async () => {
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  const source = setup.openSource(path)
  await expect(writeBackup(source, { to: backup })).rejects.toThrow('is there already')
  await writeBackup(source, { to: backup, replace: true })
  source.close()
})

test.each([
  [
    'a changed member',
    (lines: string[]) => lines.map((line) => line.replace('"m4"', '"m5"')),
    'damaged in chunk',
  ],
  ['a missing chunk', (lines: string[]) => lines.toSpliced(4, 1), 'last line'],
  ['an additional chunk', (lines: string[]) => lines.toSpliced(4, 0, lines[4]!), 'last line'],
  ['no last line', (lines: string[]) => lines.slice(0, -2), 'cut off'],
  [
    'another version',
    (lines: string[]) => [lines[0]!.replace('"version":1', '"version":2'), ...lines.slice(1)],
    'another version',
  ],
  ['something else in it', () => ['{"hello":"world"}'], 'no backup'],
])('is refused with %s', async (_name, change, problem) => {
  await expect(read(withLines(change))).rejects.toThrow(problem)
})

test('is refused when it is cut off, and when it is no such file', async () => {
  const file = setup.newPath()
  const bytes = readFileSync(backup)
  writeFileSync(file, bytes.subarray(0, bytes.length - 20))
  await expect(read(file)).rejects.toThrow('cut off')
  writeFileSync(file, 'plain text')
  await expect(read(file)).rejects.toThrow('no backup')
  await expect(read(setup.newPath())).rejects.toThrow('There is no file')
})
