import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'A cohort may be empty from the first, and a full sync of nobody empties it.',
  numbering: { emptyTotal: 0 },
  steps: [
    { happens: 'Nobody is in the cohort.', expect: 'succeeded' },
    {
      happens: 'Three people join.',
      after: { minutes: 30 },
      join: ['ann', 'bob', 'cleo'],
      expect: 'succeeded',
    },
    {
      happens: 'All have left, and the snapshot is too old for a difference: a full set of nobody.',
      after: { days: 4 },
      leave: ['ann', 'bob', 'cleo'],
      expect: 'succeeded',
    },
  ],
}
