/** Ids of the members that a page named, 8 bytes each. */
export const toReceipt = (ids: readonly number[]): Buffer => Buffer.from(Float64Array.from(ids).buffer)

export const fromReceipt = (receipt: Uint8Array): number[] => [
  ...new Float64Array(Uint8Array.from(receipt).buffer),
]
