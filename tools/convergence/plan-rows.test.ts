import { expect, test } from 'vitest'
import { planRows } from './plan-rows.ts'

const setup = (changes: Partial<Parameters<typeof planRows>[0]> = {}) =>
  planRows({ faults: 'all', store: 'all', through: 'all', ...changes }).map(
    ({ kind, store, through, histories }) => `${kind} ${store} ${through} ${histories}`,
  )

test('plays every place with both kinds of faults', () => {
  expect(setup()).toEqual([
    'refusals memory store 20000',
    'lost-replies memory store 20000',
    'refusals sqlite store 2000',
    'lost-replies sqlite store 2000',
    'refusals memory receiver 20000',
    'lost-replies memory receiver 20000',
    'refusals sqlite receiver 20000',
    'lost-replies sqlite receiver 20000',
    'refusals postgres store 300',
    'lost-replies postgres store 300',
    'refusals postgres receiver 300',
    'lost-replies postgres receiver 300',
  ])
})

test('plays what it is asked for', () => {
  expect(setup({ faults: 'refusals', store: 'sqlite', through: 'store', histories: 7 })).toEqual([
    'refusals sqlite store 7',
  ])
  expect(setup({ faults: 'refusals', store: 'memory', through: 'receiver' })).toEqual([
    'refusals memory receiver 20000',
  ])
  expect(setup({ faults: 'lost-replies', through: 'receiver', histories: 300 })).toEqual([
    'lost-replies memory receiver 300',
    'lost-replies sqlite receiver 300',
    'lost-replies postgres receiver 300',
  ])
})
