import { hashPartnerKey, isPartnerKey, type ParsedApiKey } from '@cohort-relay/core'
import { loadHashKey, type HashKeyParts } from './hash-key.ts'

export interface PartnerKeyReaderParts extends HashKeyParts {
  /** False: where there never was a key of the partner's product, none is known. */
  readonly mayBegin: boolean
}

/**
 * Keys of the partner's product as they are stored; undefined for what cannot be one. Rejects when what they are hashed
 * with cannot be had, and asks for it again then.
 */
export const createPartnerKeyReader = (parts: PartnerKeyReaderParts) => {
  let loading: Promise<Uint8Array | undefined> | undefined

  const load = async (): Promise<Uint8Array | undefined> => {
    const started = (loading ??= loadHashKey(parts, parts.mayBegin))
    const hashKey = await started.catch(() => undefined)
    if (hashKey === undefined && loading === started) loading = undefined
    return started
  }
  return async (text: string): Promise<ParsedApiKey | undefined> => {
    const hashKey = isPartnerKey(text) ? await load() : undefined
    return hashKey && hashPartnerKey(text, hashKey)
  }
}
