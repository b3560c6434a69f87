import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'A page of an export that was given up arrives after the next export succeeded: it has no effect.',
  steps: [
    {
      happens: 'Page 2 of 2 is held up on the way, and Mixpanel gives up.',
      join: ['ann', 'bob', 'cleo', 'dan'],
      faults: ['delivered', 'late'],
      expect: 'failed',
    },
    {
      happens: 'Dan has left. The new export succeeds; then the old page 2, with Dan, arrives.',
      after: { minutes: 30 },
      leave: ['dan'],
      expect: 'succeeded',
    },
  ],
}
