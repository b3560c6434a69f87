import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  shows: 'Something on the way answers 403: Mixpanel pauses, and a person resumes it two days later.',
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
      happens: 'Eve joins and is sent; the removal of Bob is answered 403.',
      after: { minutes: 30 },
      join: ['eve'],
      leave: ['bob'],
      faults: ['delivered', 'forbidden'],
      expect: 'paused',
    },
    { happens: 'Fay joins; nothing is sent.', after: { minutes: 30 }, join: ['fay'], expect: 'paused' },
    {
      happens: 'A person resumes the sync. Eve has left by then.',
      after: { days: 2 },
      resume: true,
      leave: ['eve'],
      expect: 'succeeded',
    },
  ],
}
