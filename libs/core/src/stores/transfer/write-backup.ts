import { createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import { backupVersion } from './backup-lines.ts'
import { createRowTally, digestOfRows } from './row-totals.ts'
import { TransferError } from './transfer-error.ts'
import { sourceTotals, type OnRows, type SourceTotals, type TransferSource } from './transfer-source.ts'

export interface BackupOptions {
  readonly to: string
  /** Replaces a file that is there. Default false: it is refused. */
  readonly replace?: boolean
  readonly onRows?: OnRows
}

/**
 * Writes all of a source into one file: JSON lines, compressed with zstd. The file is there under its name only once it
 * is whole and on disk, and only its owner may read it.
 */
export const writeBackup = async (
  source: TransferSource,
  { to, replace = false, onRows = () => {} }: BackupOptions,
): Promise<SourceTotals> => {
  if (!replace && existsSync(to)) throw new TransferError(`${to} is there already. Give another name.`)
  const unfinished = `${to}.part`
  const tally = createRowTally()
  try {
    await rm(unfinished, { force: true })
    await pipeline(
      Readable.from(backupLines(source, tally, onRows)),
      createZstdCompress(),
      createWriteStream(unfinished, { mode: 0o600 }),
    )
    await onDisk(unfinished)
    await rename(unfinished, to)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  return sourceTotals(tally.totals(), source.contents)
}

async function* backupLines(
  source: TransferSource,
  tally: ReturnType<typeof createRowTally>,
  onRows: OnRows,
): AsyncGenerator<string> {
  const { contents } = source
  yield line({ format: 'cohort-relay-backup', version: backupVersion, ...contents })
  let done = 0
  for await (const { table, rows } of source.chunks()) {
    tally.add(table, rows)
    yield line({ table, digest: digestOfRows(rows), rows })
    onRows((done += rows.length))
  }
  const { tables, digest } = sourceTotals(tally.totals(), contents)
  yield line({ totals: tables, digest })
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

const onDisk = async (path: string): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
