/** A set of row numbers, one bit each: 10 million members take 1.25 MB. */
export class RowSet {
  #bits = new Uint8Array(1024)
  size = 0

  add(row: number): void {
    const byte = row >>> 3
    if (byte >= this.#bits.length) this.#grow(byte)
    const bit = 1 << (row & 7)
    if ((this.#bits[byte]! & bit) !== 0) return
    this.#bits[byte]! |= bit
    this.size++
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0
  }

  #grow(byte: number): void {
    const grown = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2))
    grown.set(this.#bits)
    this.#bits = grown
  }
}
