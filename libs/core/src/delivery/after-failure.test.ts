import { DestinationError, type FailureDetails, type FailureKind } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { afterFailure } from './after-failure.ts'
import { backoffSeconds } from './backoff.ts'

const now = new Date('2026-11-23T12:00:00Z')
const after = (kind: FailureKind, details: FailureDetails = {}, attempts = 2) => {
  const error = new DestinationError(kind, 'as the test says', details)
  const { postponement, ...action } = afterFailure(error, attempts, { now, random: () => 0.5 })
  return { seconds: (postponement.dueAt.getTime() - now.getTime()) / 1000, ...postponement, ...action }
}

test.each<[FailureKind, object]>([
  ['unavailable', { seconds: 4, attempts: 3, forgetsAudience: false, pausesDestination: false }],
  ['audience-gone', { seconds: 4, attempts: 3, forgetsAudience: true, pausesDestination: false }],
  ['throttled', { seconds: 4, attempts: 2, forgetsAudience: false, pausesDestination: true }],
  ['unauthorized', { seconds: 304, attempts: 3, forgetsAudience: false, pausesDestination: true }],
  ['misconfigured', { seconds: 304, attempts: 3, forgetsAudience: false, pausesDestination: true }],
  ['rejected', { seconds: 304, attempts: 3, forgetsAudience: false, pausesDestination: false }],
])('%s leads to %j', (kind, action) => {
  expect(after(kind)).toMatchObject({ ...action, reason: `${kind}: as the test says` })
})

test.each([
  [17, 17],
  [0.5, 0.5],
  [999_999, 3600],
  [Infinity, 3600],
  [0, 4],
  [-1, 4],
  [Number.NaN, 4],
])('a throttled feed that is asked to wait %d seconds waits %d', (retryAfterSeconds, seconds) => {
  expect(after('throttled', { retryAfterSeconds }).seconds).toBe(seconds)
})

test('an unknown kind from a connector without types is backed off from', () => {
  expect(after('odd' as FailureKind)).toMatchObject({ seconds: 4, attempts: 3, forgetsAudience: false })
})

test('a long message is cut', () => {
  const error = new DestinationError('unavailable', 'x'.repeat(9999))
  expect(afterFailure(error, 0, { now, random: () => 0 }).postponement.reason).toHaveLength(500)
})

test.each([
  [1, 2],
  [2, 4],
  [11, 2048],
  [12, 3600],
  [1e9, 3600],
])('the backoff of attempt %d is anything from 0 to %d seconds', (attempts, bound) => {
  expect(backoffSeconds(attempts, () => 0)).toBe(0)
  expect(backoffSeconds(attempts, () => 0.999)).toBeCloseTo(bound * 0.999)
})
