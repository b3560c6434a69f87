import { expect, test } from 'vitest'
import { failureFromResponse } from './failure-from-response.ts'

const now = () => new Date('2026-11-23T10:00:00.500Z')

const classify = (status: number, retryAfter?: string) =>
  failureFromResponse(
    { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
    { now },
  )

test.each([
  [200, undefined],
  [201, undefined],
  [204, undefined],
  [207, undefined],
  [299, undefined],
  [300, 'misconfigured'],
  [301, 'misconfigured'],
  [304, 'misconfigured'],
  [308, 'misconfigured'],
  [400, 'rejected'],
  [401, 'unauthorized'],
  [402, 'rejected'],
  [403, 'unauthorized'],
  [404, 'misconfigured'],
  [405, 'rejected'],
  [408, 'unavailable'],
  [409, 'rejected'],
  [410, 'misconfigured'],
  [413, 'rejected'],
  [422, 'rejected'],
  [425, 'unavailable'],
  [429, 'throttled'],
  [500, 'unavailable'],
  [501, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
  [599, 'unavailable'],
])('takes status %i for %s and keeps it', (status, kind) => {
  const failure = classify(status)
  expect([failure?.kind, failure?.status]).toEqual(kind ? [kind, status] : [undefined, undefined])
})

test.each([
  [429, undefined, 'throttled', undefined],
  [429, '7', 'throttled', 7],
  [429, ' 7 ', 'throttled', 7],
  [429, '0', 'throttled', 0],
  [429, '3600', 'throttled', 3600],
  [429, '86400', 'throttled', 3600],
  [429, '1795428000000', 'throttled', undefined],
  [429, '99999999999999999999', 'throttled', undefined],
  [429, '-5', 'throttled', undefined],
  [429, '1.5', 'throttled', undefined],
  [429, '1e3', 'throttled', undefined],
  [429, 'soon', 'throttled', undefined],
  [429, '', 'throttled', undefined],
  [429, 'Mon, 23 Nov 2026 10:00:30 GMT', 'throttled', 30],
  [429, 'Mon, 23 Nov 2026 12:00:00 GMT', 'throttled', 3600],
  [429, 'Mon, 23 Nov 2026 09:59:59 GMT', 'throttled', undefined],
  [429, 'Sat, 23 Nov 2126 10:00:00 GMT', 'throttled', undefined],
  [429, 'Mon, 99 Nov 2026 10:00:00 GMT', 'throttled', undefined],
  [503, '7', 'throttled', 7],
  [503, 'Mon, 23 Nov 2026 10:00:30 GMT', 'throttled', 30],
  [503, 'soon', 'unavailable', undefined],
  [500, '7', 'unavailable', undefined],
  [400, '7', 'rejected', undefined],
])('takes %i with Retry-After %j for %s after %s s', (status, retryAfter, kind, seconds) => {
  const failure = classify(status, retryAfter)
  expect([failure?.kind, failure?.retryAfterSeconds]).toEqual([kind, seconds])
})

test.each([
  [308, 'The destination answered 308: the URL redirects. Give the final URL in the settings.'],
  [401, 'The destination answered 401: it does not accept the credentials. Renew them in the settings.'],
])('names the remedy for %i', (status, message) => {
  expect(classify(status)?.message).toBe(message)
})
