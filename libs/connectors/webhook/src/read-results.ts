import type { HttpResponse, Member, MemberResult } from '@cohort-relay/connector-kit'

const maxReasonLength = 200

const settled = ['applied', 'unchanged'] as const
const unsettled = ['skipped', 'refused', 'retry'] as const

const isOneOf = <Word extends string>(words: readonly Word[], value: unknown): value is Word =>
  words.includes(value as Word)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** One result per member, in their order; without `results` in the answer all of them are applied. */
export const readResults = (
  response: Pick<HttpResponse, 'json'>,
  members: readonly Member[],
): readonly MemberResult[] => {
  const answer = response.json()
  if (!isObject(answer) || !Object.hasOwn(answer, 'results')) {
    return members.map(({ id }) => ({ memberId: id, outcome: 'applied' }))
  }
  if (!Array.isArray(answer['results'])) {
    return members.map(({ id }) => retry(id, 'The partner answered with `results` that are not a list.'))
  }
  const entries = new Map(answer['results'].filter(isObject).map((entry) => [entry['id'], entry]))
  return members.map(({ id }) => readResult(id, entries.get(id)))
}

const readResult = (memberId: string, entry: Record<string, unknown> | undefined): MemberResult => {
  if (!entry) return retry(memberId, 'The partner gave no result for this member.')
  const { outcome, reason } = entry
  if (isOneOf(settled, outcome)) return { memberId, outcome }
  if (isOneOf(unsettled, outcome)) return { memberId, outcome, reason: readReason(reason) }
  return retry(memberId, 'The partner gave an outcome that does not exist.')
}

const retry = (memberId: string, reason: string): MemberResult => ({ memberId, outcome: 'retry', reason })

/** Control characters and halves of characters could not be stored. */
const readReason = (reason: unknown): string => {
  const text = typeof reason === 'string' ? reason.trim().slice(0, maxReasonLength) : ''
  return (
    text
      .replaceAll(/\p{Cc}/gu, ' ')
      .toWellFormed()
      .trim() || 'The partner gave no reason.'
  )
}
