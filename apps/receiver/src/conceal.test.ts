import { expect, test } from 'vitest'
import { conceal, textsIn } from './conceal.ts'

const secret = 'Bearer "s3cret" 100%'

test.each([
  ['as it is', `no: ${secret}!`, 'no: [concealed]!'],
  ['in JSON', `no: ${JSON.stringify({ a: secret })}`, 'no: {"a":"[concealed]"}'],
  ['in a URL', `no: ${encodeURIComponent(secret)}.`, 'no: [concealed].'],
  ['more than once', `${secret} and ${secret}`, '[concealed] and [concealed]'],
  ['cut off at the end', `no: ${secret.slice(0, 9)}`, 'no: [concealed]'],
  ['not at all', 'unsubscribed', 'unsubscribed'],
  ['with too little of it to tell', 'no: Bear', 'no: Bear'],
])('conceals a text that is repeated %s', (_way, text, expected) => {
  expect(conceal(text, [secret])).toBe(expected)
})

test('conceals a text with line breaks that came back as blanks', () => {
  expect(conceal('no: one two', ['one\ntwo'])).toBe('no: [concealed]')
})

test('conceals the longer of two texts as a whole', () => {
  expect(conceal('no: ann@example.com', ['ann@example', 'ann@example.com'])).toBe('no: [concealed]')
})

test('collects texts and long numbers, however deep, and leaves what could be anything', () => {
  const value = { a: 'something', b: ['pro', { c: 4_915_112, d: null }], e: true, f: 7 }
  expect(textsIn(value, 5)).toEqual(['something', '4915112'])
})
