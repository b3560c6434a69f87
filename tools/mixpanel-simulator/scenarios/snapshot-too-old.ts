import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows:
    'After more than three days without success Mixpanel sends the whole set again, under one session id for all halves.',
  sharedSession: true,
  steps: [
    { happens: 'The whole set.', join: ['ann', 'bob', 'cleo', 'dan'], expect: 'succeeded' },
    {
      happens: 'The receiver is down for a sync.',
      after: { minutes: 30 },
      join: ['eve'],
      faults: ['refused'],
      expect: 'failed',
    },
    {
      happens: 'Four days later: the whole set, in which Ann and Bob are missing. One page comes twice.',
      after: { days: 4 },
      leave: ['ann', 'bob'],
      faults: ['duplicated', 'reply-lost'],
      expect: 'succeeded',
    },
    {
      happens: 'A difference again.',
      after: { minutes: 30 },
      join: ['bob'],
      leave: ['cleo'],
      expect: 'succeeded',
    },
  ],
}
