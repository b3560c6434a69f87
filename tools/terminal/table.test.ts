import { expect, test } from 'vitest'
import { renderTable } from './table.ts'

test('aligns words to the left and numbers to the right, without frame or colour', () => {
  const columns = [{ title: 'Step' }, { title: 'Members', align: 'right' as const }, { title: 'Sets' }]
  const rows = [
    ['full sync', '25,000', 'equal'],
    ['diff', '800', 'equal'],
  ]
  expect(renderTable(columns, rows).split('\n')).toEqual([
    'Step       Members  Sets',
    '---------  -------  -----',
    'full sync   25,000  equal',
    'diff           800  equal',
  ])
})
