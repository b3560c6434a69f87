import { cpus } from 'node:os'
import { expect, test } from 'vitest'
import { missedBy, rowsOf } from './workers.ts'

const contest = (
  workers: number,
  membersPerSecond: number,
  cores: { machine: number; partner?: number },
) => ({
  load: { workers, membersPerCall: 10, destinations: 64, members: 400 },
  samples: [
    {
      membersPerSecond,
      machineCores: cores.machine,
      workerCores: cores.machine / 2,
      serverCores: 0.1,
      partnerCores: cores.partner ?? 0.1,
    },
  ],
})

const judge = (second: ReturnType<typeof contest>) => {
  const rows = rowsOf([contest(1, 1000, { machine: 0.4 }), second])
  return { linear: rows[1]?.linear.median, full: rows[1]?.full, missed: missedBy(rows).length }
}

test.each([
  [
    'twice as much with two workers is linear',
    contest(2, 2000, { machine: 0.8 }),
    { linear: 1, full: null, missed: 0 },
  ],
  ['15 % less is near enough', contest(2, 1700, { machine: 0.8 }), { linear: 0.85, full: null, missed: 0 }],
  [
    'less than that is missed while nothing is full',
    contest(2, 1600, { machine: 0.8 }),
    { linear: 0.8, full: null, missed: 1 },
  ],
  [
    'nothing is missed when the cores are full',
    contest(2, 1200, { machine: cpus().length }),
    { linear: 0.6, full: 'cores of the machine', missed: 0 },
  ],
  [
    'nothing is missed when the one core of the partner is full',
    contest(2, 1200, { machine: 1, partner: 0.95 }),
    { linear: 0.6, full: 'core of the partner', missed: 0 },
  ],
])('%s', (_, second, expected) => {
  expect(judge(second)).toEqual(expected)
})
