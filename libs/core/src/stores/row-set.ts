const idsInChunk = 65_536

/** A set of row ids, a bit each in chunks of 64k ids: 10 million neighbours take 1.25 MB, whatever their numbers are. */
export class RowSet {
  readonly #chunks = new Map<number, Uint8Array>()
  #newest: { readonly number: number; readonly bits: Uint8Array } | undefined
  size = 0

  add(row: number): void {
    const bits = this.#chunkOf(row)
    const place = row % idsInChunk
    const bit = 1 << (place & 7)
    if ((bits[place >>> 3]! & bit) !== 0) return
    bits[place >>> 3]! |= bit
    this.size++
  }

  has(row: number): boolean {
    const bits = this.#chunks.get(Math.floor(row / idsInChunk))
    const place = row % idsInChunk
    return bits !== undefined && (bits[place >>> 3]! & (1 << (place & 7))) !== 0
  }

  /** Neighbours come one after the other, so the newest chunk is mostly the one. */
  #chunkOf(row: number): Uint8Array {
    const number = Math.floor(row / idsInChunk)
    if (this.#newest?.number === number) return this.#newest.bits
    const bits = this.#chunks.get(number) ?? new Uint8Array(idsInChunk / 8)
    this.#chunks.set(number, bits)
    this.#newest = { number, bits }
    return bits
  }
}
