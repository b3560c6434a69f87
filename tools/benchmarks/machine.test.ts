import { expect, test } from 'vitest'
import { describeMachine, renderMachine, type Machine } from './machine.ts'

const machine: Machine = {
  processor: 'Some CPU',
  cores: 2,
  memoryGigabytes: 8,
  node: 'v26.0.0',
  date: '2026-11-23',
  fileSystem: 'ext4',
  pinned: { server: 0, load: 1 },
}

test('tells what the figures were measured on, in one line', () => {
  expect(renderMachine(machine)).toBe(
    'Some CPU, 2 cores, 8 GB, Node v26.0.0, ext4, server on core 0, load on core 1, 2026-11-23',
  )
})

test.each<[string, Partial<Machine>, string]>([
  ['a database in memory', { fileSystem: 'tmpfs' }, 'Warning: tmpfs is memory'],
  ['cores that are shared', { pinned: null }, 'Warning: Server and load share the cores'],
])('warns of %s', (_what, changed, warning) => {
  expect(renderMachine({ ...machine, ...changed })).toContain(warning)
})

test('describes this machine', () => {
  expect(describeMachine('.', undefined)).toMatchObject({ node: process.version, pinned: null })
})
