import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows:
    'A full sync that failed begins again from the top under its old session id, with a set that has changed.',
  reusedSession: true,
  steps: [
    {
      happens: 'Page 3 of 3 is lost for good.',
      join: ['ann', 'bob', 'cleo', 'dan', 'eve'],
      faults: ['delivered', 'delivered', 'refused'],
      expect: 'failed',
    },
    {
      happens: 'Ann has left and Fay has joined: other pages under the same id.',
      after: { minutes: 30 },
      leave: ['ann'],
      join: ['fay'],
      expect: 'succeeded',
    },
  ],
}
