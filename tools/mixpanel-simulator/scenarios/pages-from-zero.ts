import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'Pages may be numbered from 0, and numbers may be written as text.',
  numbering: { firstPage: 0, asText: true },
  steps: [
    {
      happens: 'Three pages: 0, 1 and 2 of 3.',
      join: ['ann', 'bob', 'cleo', 'dan', 'eve'],
      expect: 'succeeded',
    },
    {
      happens: 'A difference of two pages and one.',
      after: { minutes: 30 },
      join: ['fay', 'gus', 'hal'],
      leave: ['ann', 'eve'],
      order: [1, 0],
      expect: 'succeeded',
    },
  ],
}
