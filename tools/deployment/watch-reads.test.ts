import { expect, test } from 'vitest'
import { watchReads } from './watch-reads.ts'

test('names what was not asked for, at any depth and in lists', () => {
  const { watched, unread } = watchReads({ a: { b: 1, c: { d: 2 } }, list: [{ e: 3, f: 4 }] })
  const value = watched as { a: { b: number }; list: { e: number }[] }
  expect([value.a.b, value.list[0]?.e, Array.isArray(value.list)]).toEqual([1, 3, true])
  expect(unread()).toEqual(['/a/c', '/list/0/f'])
})

test('has nothing to name when all was asked for', () => {
  const { watched, unread } = watchReads({ a: 1 })
  expect((watched as { a: number }).a).toBe(1)
  expect(unread()).toEqual([])
})
