import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows:
    'All six tries of a removal arrive and no answer comes back: we have it, Mixpanel does not know, and its next difference contradicts our set.',
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
      happens: 'Eve joins and Bob leaves; every acknowledgement of the removal is lost.',
      after: { minutes: 30 },
      join: ['eve'],
      leave: ['bob'],
      faults: ['delivered', 'every-reply-lost'],
      expect: 'failed',
    },
    {
      happens:
        'Eve has left and Bob is back, so the next difference names neither of them, but Fay and Cleo.',
      after: { minutes: 30 },
      join: ['bob', 'fay'],
      leave: ['eve', 'cleo'],
      expect: 'succeeded',
    },
  ],
}
