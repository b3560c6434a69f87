import { expect, test } from 'vitest'
import type { IdentityKind } from '@cohort-relay/connector-kit'
import type { FeedChange } from './feed-store.ts'
import { idempotencyKey } from './idempotency-key.ts'
import type { Task } from './plan-batch.ts'

const task = (id: string, sequence = 1, value = 'a@b', kind: IdentityKind = 'email'): Task => ({
  verb: 'add',
  change: { id, sequence, attempts: Math.random() } as FeedChange,
  member: { id, identity: { kind, value }, properties: { plan: Math.random() } },
})
const scope = ['crm', '1', 'trial', 'add', 'list-1']
const key = idempotencyKey(scope, [task('ann'), task('bob')])

test('the same work has the same key, however often it was tried', () => {
  expect(idempotencyKey([...scope], [task('ann'), task('bob')])).toBe(key)
  expect(key).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
})

test.each<[string, string[], Task[]]>([
  ['member', scope, [task('ann'), task('eve')]],
  ['order', scope, [task('bob'), task('ann')]],
  ['number of members', scope, [task('ann')]],
  ['change', scope, [task('ann', 2), task('bob')]],
  ['identity', scope, [task('ann', 1, 'b@b'), task('bob')]],
  ['kind of identity', scope, [task('ann', 1, 'a@b', 'id'), task('bob')]],
  ['border between ids', scope, [task('anna'), task('ob')]],
  ['destination', ['push', ...scope.slice(1)], [task('ann'), task('bob')]],
  ['verb', ['crm', '1', 'trial', 'remove', 'list-1'], [task('ann'), task('bob')]],
  ['audience', ['crm', '1', 'trial', 'add', 'list-2'], [task('ann'), task('bob')]],
  ['border in the scope', ['crm', '1t', 'rial', 'add', 'list-1'], [task('ann'), task('bob')]],
])('another %s has another key', (_difference, otherScope, tasks) => {
  expect(idempotencyKey(otherScope, tasks)).not.toBe(key)
})
