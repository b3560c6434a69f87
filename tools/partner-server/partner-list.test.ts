import { expect, test } from 'vitest'
import { createPartnerLists, type Delivery } from './partner-list.ts'

const deliveryOf = (type: 'added' | 'removed', cohortId: string, ids: readonly string[]): Delivery => ({
  type: `cohort.members.${type}`,
  data: {
    cohort: { projectId: '1', id: cohortId },
    members: ids.map((id) => ({ id, identity: { kind: 'email', value: `${id}@example.com` } })),
  },
})

test('keeps a list per cohort, sorted by id', () => {
  const lists = createPartnerLists()
  lists.take(deliveryOf('added', '2', ['bob', 'ann']))
  lists.take(deliveryOf('added', '3', ['chloe']))
  lists.take(deliveryOf('removed', '2', ['bob', 'dora']))
  expect(lists.counts()).toEqual({ '1/2': 1, '1/3': 1 })
  expect(lists.idsOf('1', '2')).toEqual(['ann'])
  expect(lists.idsOf('1', 'unknown')).toEqual([])
})

test('holds the same after a repeated delivery and counts the call', () => {
  const lists = createPartnerLists()
  lists.take(deliveryOf('added', '2', ['ann', 'bob']))
  lists.take(deliveryOf('added', '2', ['ann', 'bob']))
  lists.take(deliveryOf('removed', '2', ['ann']))
  expect(lists.idsOf('1', '2')).toEqual(['bob'])
  expect(lists.calls()).toEqual({ calls: 3, adds: 4, removes: 1, pings: 0, refused: 0 })
})
