import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'

const folder = new URL('webhook/testing/corpus/bodies/', import.meta.resolve('@cohort-relay/core'))

/** Bodies that receivers have met. */
const corpus: readonly Buffer[] = readdirSync(folder)
  .toSorted()
  .map((file) => readFileSync(new URL(file, folder)))
const parsedCorpus = corpus.flatMap((body): unknown[] => {
  try {
    return [JSON.parse(body.toString())]
  } catch {
    // One of them is not JSON: bytes alone are mutated there.
    return []
  }
})

/** JSON texts that are hostile where a value is expected. */
const hostileTexts = [
  'null',
  'true',
  '""',
  '" "',
  '[]',
  '{}',
  '-0',
  '1e400',
  '-1e400',
  '9007199254740993',
  '1.5',
  '1e-400',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"members"',
  '"add_members"',
  '[[[[[]]]]]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '12345678901234567890',
  JSON.stringify('x'.repeat(1025)),
  JSON.stringify('é'.repeat(512)),
  '['.repeat(40) + ']'.repeat(40),
]
const names = [
  'action',
  'parameters',
  'members',
  'mixpanel_cohort_id',
  'mixpanel_project_id',
  'mixpanel_session_id',
  'mixpanel_cohort_name',
  'page_info',
  'total_pages',
  'page_count',
  'mixpanel_distinct_id',
  '$distinct_id',
  '__proto__',
  'constructor',
  'toString',
  'length',
  '',
]

const hostileText = fc.constantFrom(...hostileTexts)
const text = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
)
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.string() },
)

/** An object as text: names may come twice, which no value in memory can show. */
const objectOf = (value: fc.Arbitrary<string>, maxLength = 6): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(name, value), { maxLength })
    .map((fields) => `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${field}`).join(',')}}`)

const member = fc.oneof(objectOf(text), text)
const members = fc.array(member, { maxLength: 5 }).map((list) => `[${list.join(',')}]`)
const mostly = (usual: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: text })
const action = mostly(fc.constantFrom('"members"', '"add_members"', '"remove_members"'))
const id = mostly(fc.constantFrom('"1"', '2', '"cohort"'))

const envelope = fc.record({ action, list: mostly(members), id, rest: objectOf(text) }).map((parts) => {
  const more = parts.rest.slice(1, -1)
  const fields = [
    `"mixpanel_cohort_id":${parts.id}`,
    `"members":${parts.list}`,
    ...(more === '' ? [] : [more]),
  ]
  return Buffer.from(`{"action":${parts.action},"parameters":{${fields.join(',')}}}`)
})

/** A real body with a value in some places replaced, or left out. */
const replaced = fc
  .record({
    body: fc.constantFrom(...parsedCorpus),
    places: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
    value: fc.oneof(text, fc.constant(undefined)),
  })
  .map(({ body, places, value }) => {
    let index = 0
    const marker = '\u0001replaced'
    const marked = JSON.stringify(body, (_key, inner: unknown) => (places.includes(index++) ? marker : inner))
    const split = marked.split(JSON.stringify(marker))
    return Buffer.from(split.join(value ?? ''))
  })

type Splice = readonly [at: number, removed: number, added: Uint8Array]

const spliced = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.uint8Array({ maxLength: 4 })), { minLength: 1, maxLength: 6 }),
  )
  .map(([body, splices]) => splices.reduce(spliceBytes, body))

const spliceBytes = (body: Buffer, [at, removed, added]: Splice): Buffer => {
  const start = at % (body.length + 1)
  return Buffer.concat([body.subarray(0, start), added, body.subarray(start + removed)])
}

/** Webhook bodies: real ones with changed bytes or values, and made ones. */
export const fuzzInput: fc.Arbitrary<Buffer> = fc.oneof(spliced, replaced, envelope)
