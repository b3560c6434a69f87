import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'The first sync sends the whole set in pages, and the set counts once all of them are here.',
  steps: [
    {
      happens: 'Five people are in the cohort; three pages arrive out of order.',
      join: ['ann', 'bob', 'cleo', 'dan', 'eve'],
      order: [3, 1, 2],
      expect: 'succeeded',
    },
  ],
}
