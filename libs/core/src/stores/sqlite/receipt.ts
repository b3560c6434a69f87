/** Rows of the members that a page named, 4 bytes each. */
export const toReceipt = (rows: readonly number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(rows).buffer)

export const fromReceipt = (receipt: Uint8Array): Uint32Array => new Uint32Array(receipt.slice().buffer)
