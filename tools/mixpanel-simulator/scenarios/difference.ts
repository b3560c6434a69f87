import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'After the first sync only differences are sent, both halves of them, also when they are empty.',
  steps: [
    { happens: 'The whole set.', join: ['ann', 'bob', 'cleo'], expect: 'succeeded' },
    {
      happens: 'Two join and one leaves.',
      after: { minutes: 30 },
      join: ['dan', 'eve'],
      leave: ['bob'],
      expect: 'succeeded',
    },
    { happens: 'Nothing changed.', after: { minutes: 30 }, expect: 'succeeded' },
    { happens: 'Bob comes back.', after: { minutes: 30 }, join: ['bob'], expect: 'succeeded' },
  ],
}
