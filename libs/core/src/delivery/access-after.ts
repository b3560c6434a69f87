import type { BatchDelivery } from './deliver-batch.ts'
import type { Access } from './feed-store.ts'

/** Undefined when the turn says nothing of the credentials. */
export const accessAfter = ({ sent, calls, error, interrupted }: BatchDelivery): Access | undefined => {
  if (error?.kind === 'unauthorized') return 'refused'
  if (sent.length > 0) return 'granted'
  return calls === 0 && !interrupted ? 'unasked' : undefined
}
