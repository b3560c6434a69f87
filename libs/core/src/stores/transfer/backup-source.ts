import { createReadStream, existsSync } from 'node:fs'
import { createZstdDecompress } from 'node:zlib'
import type { z } from 'zod'
import { migrations } from '../sqlite/migrations.ts'
import { backupChunk, backupHeader, backupTrailer, backupVersion } from './backup-lines.ts'
import { createRowTally, digestOfRows } from './row-totals.ts'
import { TransferError } from './transfer-error.ts'
import type { Chunk } from './transfer-row.ts'
import { transferTable } from './transfer-tables.ts'
import { sourceTotals, type SourceContents, type TransferSource } from './transfer-source.ts'

const remedy = 'Take another copy of it, or export again.'

/**
 * Opens a backup. Each reading checks every chunk against its digest and all of them against the last line, and rejects
 * with `TransferError` where the file is damaged or cut off.
 */
export const openBackupSource = async (path: string): Promise<TransferSource> => {
  if (!existsSync(path)) throw new TransferError(`There is no file ${path}. Name the backup to import.`)
  const contents = await headerOf(path)
  return { contents, chunks: () => chunksOf(path, contents), close: () => {} }
}

const headerOf = async (path: string): Promise<SourceContents> => {
  const header = read(backupHeader, await firstLine(path))
  if (header === undefined)
    throw new TransferError(
      `${path} is no backup, or a damaged one. Name a file that "export" wrote, or sqlite:<file>.`,
    )
  if (header.version === backupVersion && header.schema === migrations.length) return header
  throw new TransferError(
    `${path} was written by another version of this program (format ${header.version}, schema ${header.schema}). Import it with that version, or export again with this one.`,
  )
}

const firstLine = async (path: string): Promise<string> => {
  try {
    for await (const text of linesOf(path)) return text
  } catch {
    // What cannot be read is no backup, as far as anybody can tell.
  }
  return ''
}

async function* chunksOf(path: string, contents: SourceContents): AsyncGenerator<Chunk> {
  const tally = createRowTally()
  let place = 0
  let digest: string | undefined
  for await (const text of linesOf(path)) {
    if (place++ === 0) continue
    const chunk = read(backupChunk, text)
    if (chunk === undefined) {
      digest = read(backupTrailer, text)?.digest
      break
    }
    if (!isWhole(chunk)) throw new TransferError(`${path} is damaged in chunk ${place - 1}. ${remedy}`)
    tally.add(chunk.table, chunk.rows)
    yield { table: chunk.table, rows: chunk.rows }
  }
  if (digest === undefined) throw new TransferError(`${path} is cut off or damaged at its end. ${remedy}`)
  if (digest !== sourceTotals(tally.totals(), contents).digest)
    throw new TransferError(`${path} does not hold what its last line says. ${remedy}`)
}

const isWhole = ({ table, digest, rows }: z.infer<typeof backupChunk>): boolean => {
  const columns = transferTable(table)?.columns.length
  return rows.every((row) => row.length === columns) && digestOfRows(rows) === digest
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const plain = createZstdDecompress().setEncoding('utf8')
  file.on('error', (error) => plain.destroy(error))
  try {
    yield* splitLines(file.pipe(plain))
  } catch (error) {
    throw error instanceof TransferError
      ? error
      : new TransferError(`${path} is cut off or damaged. ${remedy}`)
  } finally {
    file.destroy()
    plain.destroy()
  }
}

/** At line feeds alone: names of people may hold what other readers take for the end of a line. */
async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun: string[] = []
  for await (const piece of pieces) {
    const [first = '', ...others] = piece.split('\n')
    begun.push(first)
    for (const next of others) {
      yield begun.join('')
      begun = [next]
    }
  }
  if (begun.join('') !== '') yield begun.join('')
}

/** Undefined when the line is not of this form. */
const read = <Line>(schema: z.ZodType<Line>, text: string): Line | undefined => {
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
