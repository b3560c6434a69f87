import { createHmac } from 'node:crypto'
import type { ParsedApiKey } from './api-key.ts'

// What HTTP carries in a header without a doubt, without blanks.
const printable = /^[\x21-\x7e]{1,512}$/

// An API key of this installation, or a token of its admin API: nobody else is to see it.
const ours = /^cr[kt]_/

const idLength = 22

/**
 * True for what may be a key that the partner's own product made, such as its customers enter in Mixpanel: any printable
 * ASCII without blanks, up to 512 characters, that does not look like a key or token of this installation.
 */
export const isPartnerKey = (text: string): boolean => printable.test(text) && !ours.test(text)

/**
 * How such a key is stored. Id and hash tell nothing of the key without `hashKey`: a short key cannot be found from them
 * by trying. No id of a generated key has a dash, as these have.
 */
export const hashPartnerKey = (text: string, hashKey: Uint8Array): ParsedApiKey => {
  const hashOf = (use: string): Buffer => createHmac('sha256', hashKey).update(`${use}\0${text}`).digest()
  const keyId = `ext-${hashOf('id').toString('base64url').slice(0, idLength)}`
  return { keyId, secretHash: hashOf('hash') }
}
