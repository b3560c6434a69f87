import type { Chunk, TransferRow } from '../transfer-row.ts'
import type { TransferSource } from '../transfer-source.ts'

/** The same rows in chunks of this many at most. */
export const inSmallChunks = (source: TransferSource, rowsAtOnce: number): TransferSource => ({
  ...source,
  async *chunks() {
    for await (const { table, rows } of source.chunks())
      for (let begin = 0; begin < rows.length; begin += rowsAtOnce)
        yield { table, rows: rows.slice(begin, begin + rowsAtOnce) }
  },
})

/** Stops the second time that it is read: after so many whole chunks, in the middle of the next one. */
export const stoppedInside = (source: TransferSource, wholeChunks: number): TransferSource => {
  let readings = 0
  return {
    ...source,
    async *chunks() {
      readings++
      let place = 0
      for await (const chunk of source.chunks())
        yield readings > 1 && place++ >= wholeChunks ? broken(chunk) : chunk
    },
  }
}

const broken = ({ table, rows }: Chunk): Chunk => ({
  table,
  // Its last row cannot be read, when those before it are on their way.
  rows: rows.map((row, index) => (index < rows.length - 1 ? row : unreadable)),
})

const unreadable: TransferRow = new Proxy([], {
  get: () => {
    throw new Error('stopped inside a chunk')
  },
})
