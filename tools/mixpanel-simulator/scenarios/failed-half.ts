import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows:
    'Additions arrive, removals do not: Mixpanel counts the sync as failed, and its next difference is against the set before it.',
  steps: [
    { happens: 'The whole set.', join: ['ann', 'bob', 'cleo'], expect: 'succeeded' },
    {
      happens: 'A sync that goes well.',
      after: { minutes: 30 },
      join: ['dan'],
      leave: ['ann'],
      expect: 'succeeded',
    },
    {
      happens: 'Eve joins and is sent; the removal of Bob is lost with all its retries.',
      after: { minutes: 30 },
      join: ['eve'],
      leave: ['bob'],
      faults: ['delivered', 'refused'],
      expect: 'failed',
    },
    {
      happens: 'Eve has left again, so the next difference does not name her: she must go all the same.',
      after: { minutes: 30 },
      leave: ['eve'],
      expect: 'succeeded',
    },
  ],
}
