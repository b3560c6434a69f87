import { expect, test } from 'vitest'
import { wholeNumber } from './whole-number.ts'

test.each(['0', '7', '10'])('takes %s', (text) => expect(wholeNumber(0, 10)(text)).toBe(Number(text)))

test.each(['', '-1', '11', '1.5', '1e1', '0x1', ' 1', 'ten'])('refuses %j and tells the range', (text) => {
  expect(() => wholeNumber(0, 10)(text)).toThrow('Give a whole number from 0 to 10.')
})
