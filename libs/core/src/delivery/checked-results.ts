import { DestinationError, type MemberResult, type Outcome } from '@cohort-relay/connector-kit'

/** How bad each outcome is: of several for one member the worst counts. */
export const severity: Readonly<Record<Outcome, number>> = {
  applied: 0,
  unchanged: 0,
  skipped: 1,
  refused: 2,
  retry: 3,
}

/** The results of one call by member id, as far as they make sense. Types do not bind a connector at run time. */
export const checkedResults = (results: unknown): ReadonlyMap<string, MemberResult> => {
  if (!Array.isArray(results))
    throw new DestinationError('unavailable', 'the connector gave no list of results')
  const worst = new Map<string, MemberResult>()
  for (const result of results.map(checked)) {
    if (result === undefined) continue
    const known = worst.get(result.memberId)
    if (known === undefined || severity[result.outcome] > severity[known.outcome])
      worst.set(result.memberId, result)
  }
  return worst
}

const checked = (result: unknown): MemberResult | undefined => {
  if (typeof result !== 'object' || result === null) return undefined
  const { memberId, outcome, reason } = result as Record<string, unknown>
  if (typeof memberId !== 'string') return undefined
  if (!isOutcome(outcome))
    return { memberId, outcome: 'retry', reason: 'the connector gave an outcome that does not exist' }
  return outcome === 'applied' || outcome === 'unchanged'
    ? { memberId, outcome }
    : { memberId, outcome, reason: readable(reason) }
}

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'string' && Object.hasOwn(severity, value)

/** Control characters and halves of characters could not be stored. */
const readable = (reason: unknown): string => {
  const text = typeof reason === 'string' ? reason.slice(0, 500) : ''
  return (
    text
      .replaceAll(/\p{Cc}/gu, ' ')
      .toWellFormed()
      .trim() || 'the connector gave no reason'
  )
}
