/** A move that was refused or has failed; the message names the remedy. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
}
