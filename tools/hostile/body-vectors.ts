import { pageAround, send, type Vector } from './vector.ts'

const cap = 16 * 1024 * 1024

/** Text over and over, so that a page around it fits the cap. */
const fill = (text: string): string => text.repeat(Math.floor((cap - 400) / text.length))
const keys = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',')
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')

type Row = readonly [name: string, body: () => string | Uint8Array, ...expected: number[]]

// Built when they are sent: all of them at once would take a gigabyte.
const rows: readonly Row[] = [
  ['5,000,000 levels of [', () => '['.repeat(5e6) + ']'.repeat(5e6), 400],
  ['1,000,000 levels of {"a":', () => `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`, 400],
  ['deep in a property', () => pageAround(`[{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}]`), 400],
  ['16 MB of [', () => '['.repeat(cap - 1), 400],
  ['16 MB of {},', () => pageAround(`[${fill('{},')}{}]`), 400],
  ['16 MB of 1,', () => pageAround(`[${fill('1,')}1]`), 400],
  ['16 MB of "', () => fill('"'), 400],
  ['16 MB of spaces', () => fill(' '), 400],
  ['16 MB of digits', () => fill('1'), 400],
  ['16 MB of \\u0041', () => pageAround(`["${fill('\\u0041')}"]`), 200],
  ['1,000,000 keys', () => pageAround(`[{${keys(1e6)}}]`), 400],
  ['100,000 properties of a member', () => pageAround(`[{"mixpanel_distinct_id":"a",${keys(1e5)}}]`), 200],
  ['a property of 15 MB', () => pageAround(`[{"mixpanel_distinct_id":"a","n":"${'x'.repeat(15e6)}"}]`), 200],
  ['an id of 15 MB', () => pageAround(`[{"mixpanel_distinct_id":"${'x'.repeat(15e6)}"}]`), 200],
  ['one byte over the cap', () => ' '.repeat(cap + 1), 400],
  ['duplicate keys', () => pageAround('[]').replace('{', '{"action":"nonsense",'), 200],
  ['1e400 as a member', () => pageAround('[{"mixpanel_distinct_id":1e400}]'), 200],
  ['1e400 as the cohort', () => pageAround('[]').replace('"hostile"', '1e400'), 400],
  [
    '2^53+1, -0, 1e-400',
    () => pageAround('[{"mixpanel_distinct_id":9007199254740993,"a":-0,"b":1e-400}]'),
    200,
  ],
  ['100,000 digits', () => pageAround(`[{"mixpanel_distinct_id":"a","n":${'9'.repeat(1e5)}}]`), 200],
  ['NUL and lone surrogates', () => pageAround('[{"mixpanel_distinct_id":"a\\u0000\\ud800"}]'), 200],
  [
    '__proto__ and constructor',
    () =>
      pageAround('[{"mixpanel_distinct_id":"__proto__","__proto__":{"a":1},"constructor":{"prototype":{}}}]'),
    200,
  ],
  ['invalid UTF-8', () => latin('{"a":"\xff"}'), 400],
  ['overlong UTF-8', () => latin('{"a":"\xc0\xaf"}'), 400],
  ['a surrogate as UTF-8', () => latin('{"a":"\xed\xa0\x80"}'), 400],
  ['a BOM', () => Buffer.from(`\ufeff${pageAround('[]')}`), 200],
  ['UTF-16', () => Buffer.from(pageAround('[]'), 'utf16le'), 400],
  ['UTF-16 with a BOM', () => Buffer.from(`\ufeff${pageAround('[]')}`, 'utf16le'), 400],
  ['nothing', () => '', 400],
  ['cut off', () => pageAround('[]').slice(0, -1), 400],
  ['two texts', () => pageAround('[]').repeat(2), 400],
  ['a trailing comma', () => pageAround('[],'), 400],
  ['a comment', () => `/**/${pageAround('[]')}`, 400],
  ['NaN', () => pageAround('[NaN]'), 400],
  ['a scalar', () => '"members"', 400],
]

const parallel = 12

/** Bodies that are hostile as JSON or as text. */
export const bodyVectors: readonly Vector[] = [
  ...rows.map(([name, body, ...expected]): Vector => ({
    name,
    expected,
    attack: async (target) => [await send(target, body())],
  })),
  {
    name: `${parallel} bodies of 15 MB at once`,
    expected: [200, 429, 503],
    within: 20_000,
    attack: (target) => {
      const body = Buffer.from(pageAround(`[{"mixpanel_distinct_id":"a","n":"${'x'.repeat(15e6)}"}]`))
      return Promise.all(Array.from({ length: parallel }, () => send(target, body)))
    },
  },
]
