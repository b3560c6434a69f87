import { describe, expect, test } from 'vitest'
import { holdsMoreValuesThan } from './value-count.ts'

const padding = ' '.repeat(100)
const bytes = (text: string) => Buffer.from(text + padding)

describe('the number of values of a body', () => {
  test.each([
    ['numbers', '[1,2,3,4,5]', true],
    ['empty objects', '[{},{},{}]', true],
    ['nested lists', '[[[[[[]]]]]]', true],
    ['keys', '{"a":1,"b":2,"c":3,"d":4,"e":5}', true],
    ['exactly as many', '[1,2,3,4]', false],
    ['commas inside of a string', '["a,b,c,d,[{,,,,,"]', false],
    ['a string that ends with an escaped quote', '["a\\",,,,,,"]', false],
    ['a string without end', '["a,,,,,,,,', false],
    ['nothing', '', false],
  ])('is counted outside of strings: %s', (_case, text, expected) => {
    expect(holdsMoreValuesThan(4, bytes(text))).toBe(expected)
  })

  test('of a short body is not counted: it cannot hold more', () => {
    expect(holdsMoreValuesThan(4, Buffer.from('[1,2,3]'))).toBe(false)
  })
})
