import { secretFields } from '@cohort-relay/connector-kit'
import { expect, test } from 'vitest'
import { settings } from './settings.ts'

const url = 'https://partner.example/hooks'
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const problemsOf = (given: object): [string, string][] =>
  settings
    .safeParse({ url, secret, ...given })
    .error?.issues.map(({ path, message }) => [String(path[0]), message] as [string, string]) ?? []

test('needs a URL and a secret, the rest has defaults', () => {
  expect(settings.parse({ url, secret })).toEqual({ url, secret, membersPerCall: 1000, headers: {} })
})

test('keeps the secret and the headers hidden', () => {
  expect(secretFields(settings)).toEqual(['secret', 'headers'])
})

test.each([
  { url: 'http://127.0.0.1:8080/a?b=c' },
  { secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  { membersPerCall: 1 },
  { headers: { Authorization: 'Bearer t', 'x-key': '' } },
])('takes %j', (given) => {
  expect(problemsOf(given)).toEqual([])
})

test.each([
  ['url', undefined],
  ['url', 'canary'],
  ['url', 'ftp://canary.example'],
  ['url', 'https://canary@partner.example'],
  ['url', 'https://:canary@partner.example'],
  ['secret', undefined],
  ['secret', ''],
  ['secret', 'whsec_'],
  ['secret', 'whsec_canary canary'],
  ['secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n'],
  ['secret', 'whpk_canary'],
  ['membersPerCall', 0],
  ['membersPerCall', 1001],
  ['membersPerCall', 1.5],
  ['membersPerCall', '10'],
  ['headers', { 'content-type': 'text/canary' }],
  ['headers', { 'Content-Length': '1' }],
  ['headers', { HOST: 'canary.example' }],
  ['headers', { 'Webhook-Id': 'canary' }],
  ['headers', { 'webhook-anything': 'canary' }],
  ['headers', { 'Transfer-Encoding': 'chunked' }],
  ['headers', { 'not a name': 'canary' }],
  ['headers', { '': 'canary' }],
  ['headers', { 'x-key': 'canary\r\nx-other: 1' }],
  ['headers', { 'x-key': 7 }],
  ['headers', 'canary'],
])('refuses %s %j once, by name and without quoting it', (field, value) => {
  const problems = problemsOf({ [field]: value })
  expect(problems.map(([name]) => name)).toEqual([field])
  expect(JSON.stringify(problems)).not.toContain('canary')
})
