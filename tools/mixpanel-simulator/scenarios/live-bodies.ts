import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows:
    'Recorded bodies hold no page_info: pages of one session add up, and the next sync shows that they were all.',
  bodies: 'live',
  steps: [
    {
      happens: 'The whole set, in three pages.',
      join: ['ann', 'bob', 'cleo', 'dan', 'eve'],
      expect: 'succeeded',
    },
    {
      happens: 'A difference.',
      after: { minutes: 30 },
      join: ['fay'],
      leave: ['ann', 'bob', 'cleo'],
      expect: 'succeeded',
    },
    {
      happens: 'A full set four days later, without Dan.',
      after: { days: 4 },
      leave: ['dan'],
      expect: 'succeeded',
    },
    {
      happens: 'Nothing changed: both empty halves end the full set.',
      after: { minutes: 30 },
      expect: 'succeeded',
    },
  ],
}
