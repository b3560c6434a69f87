import { expect, test } from 'vitest'
import { figuresOf, renderFigures } from './ingest-report.ts'
import type { Measurement } from './measure.ts'

const run = (membersPerSecond: number, cpuPerPage: number | null): Measurement => ({
  membersPerSecond,
  p50: 4,
  p99: 12.34,
  cpuPerPage,
  peakMegabytes: 100,
})

test('compares run by run with the first row, and turns the ratio of CPU round', () => {
  const figures = figuresOf([
    { name: 'baseline', runs: [run(600_000, 1.5), run(500_000, 1.5), run(100_000, 1.5)] },
    { name: 'ours', runs: [run(240_000, 3), run(250_000, 3), run(30_000, 3)] },
  ])
  expect(figures[1]).toMatchObject({
    membersPerSecond: { median: 240_000 },
    ratio: { median: 0.4, min: 0.3, max: 0.5 },
    cpuRatio: 0.5,
  })
  expect(renderFigures(figures)).toContain(
    '240,000   0.40  0.30..0.50     4.0    12.3         3.00       0.50',
  )
})

test('shows a dash for what the system does not tell', () => {
  const figures = figuresOf([{ name: 'baseline', runs: [run(1, null)] }])
  expect(figures[0]).toMatchObject({ cpuPerPage: null, cpuRatio: null })
  expect(renderFigures(figures)).toMatch(/12\.3\s+-\s+-\s+100/)
})
