import { expect, test } from 'vitest'
import { compareDeliveries } from './compare-deliveries.ts'

const deliveriesOf = (...pairs: readonly string[]) =>
  pairs.map((pair) => ({ webhookId: pair.slice(0, 1), digest: pair.slice(1), members: 1 }))

test.each([
  ['each delivery once', ['aX', 'bY'], { deliveries: 2, resent: 0, reusedIds: 0, renamed: 0 }],
  ['one sent again under its id', ['aX', 'aX', 'bY'], { deliveries: 3, resent: 1, reusedIds: 0, renamed: 0 }],
  ['one sent again under another id', ['aX', 'bX'], { deliveries: 2, resent: 0, reusedIds: 0, renamed: 1 }],
  ['an id for two different changes', ['aX', 'aY'], { deliveries: 2, resent: 0, reusedIds: 1, renamed: 0 }],
])('counts %s', (_what, pairs, counts) => {
  expect(compareDeliveries(deliveriesOf(...pairs))).toEqual(counts)
})
