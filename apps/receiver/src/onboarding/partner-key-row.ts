import type { AccountKey } from '@cohort-relay/core'
import type { PresentedKey } from './key-gate.ts'

/** What is stored of a key of the partner's product. */
export const partnerKeyRow = (
  { keyId, secretHash }: PresentedKey,
  times: Pick<AccountKey, 'accountId' | 'createdAt' | 'confirmedAt'>,
): AccountKey => ({
  keyId,
  hash: secretHash,
  label: 'key of the partner',
  lastUsedAt: null,
  revokedAt: null,
  ...times,
})

export const isRevoked = ({ revokedAt }: Pick<AccountKey, 'revokedAt'>, now: Date): boolean =>
  revokedAt !== null && revokedAt <= now
