import { describe, expect, it } from 'vitest'
import { fillTemplates, MissingValueError, readTemplates, variablesIn } from './template.ts'

const environment = { TOKEN: 'from the environment', TRICKY: '${apiKey} $${ $', BLANK: '  ' }
const values = { apiKey: 'the key', 'account.id': 'a1' }

const read = (value: unknown) => readTemplates(value, environment)
const filled = (value: unknown) => fillTemplates(read(value).tree, values)

describe('templates', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['${apiKey}', 'the key'],
    ['Bearer ${apiKey}, ${account.id}!', 'Bearer the key, a1!'],
    ['${TOKEN}-${apiKey}', 'from the environment-the key'],
    ['$${apiKey}', '${apiKey}'],
    ['$$${apiKey}', '$${apiKey}'],
    ['$apiKey $ {apiKey} {', '$apiKey $ {apiKey} {'],
    ['${apiKey', '${apiKey'],
  ])('%s is read as %s', (text, meaning) => {
    expect(filled(text)).toBe(meaning)
    expect(read(text).problems).toEqual([])
  })

  it('never read what the environment says as a template', () => {
    expect(filled('${TRICKY}{apiKey}')).toBe('${apiKey} $${ ${apiKey}')
  })

  it('are found at any depth, and all else stays as it is', () => {
    const tree = { a: [{ b: '${apiKey}' }, 7, null, true], c: { d: '${account.id}', e: 'x' } }
    expect(filled(tree)).toEqual({ a: [{ b: 'the key' }, 7, null, true], c: { d: 'a1', e: 'x' } })
    expect(variablesIn(read(tree).tree)).toEqual(['apiKey', 'account.id'])
  })

  it('never read a value that is filled in as a template', () => {
    const { tree } = read('${apiKey}')
    expect(fillTemplates(tree, { ...values, apiKey: '${account.id}' })).toBe('${account.id}')
  })

  it.each(['${MISSING}', '${BLANK}'])('tell that %s is not set, with its field', (text) => {
    expect(read({ settings: [text] }).problems).toMatchObject([
      { field: 'settings.0', problem: expect.stringContaining('which is not set') },
    ])
  })

  it.each(['${apikey}', '${}', '${account}', '${account.}', '${account.a.b}', '${constructor}'])(
    'refuse %s, which names nothing',
    (text) => expect(read(text).problems).toMatchObject([{ field: '' }]),
  )

  it('throw where a value is missing, also one that every object has', () => {
    const { tree } = read('${account.constructor}')
    expect(() => fillTemplates(tree, values)).toThrow(MissingValueError)
  })
})
