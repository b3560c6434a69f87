import { hash } from 'node:crypto'
import type { Task } from './plan-batch.ts'

/**
 * The same for the same work, however often and by whichever process it is sent: made of the destination, the cohort,
 * the verb and each member's change and identity.
 */
export const idempotencyKey = (scope: readonly string[], tasks: readonly Task[]): string => {
  const work = tasks.map(({ change, member }) => [
    member.id,
    change.sequence,
    member.identity.kind,
    member.identity.value,
  ])
  return `msg_${hash('sha256', JSON.stringify([scope, work]), 'base64url')}`
}
