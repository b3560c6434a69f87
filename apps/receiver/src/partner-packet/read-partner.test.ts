import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { fieldRemedies } from './field-remedies.ts'
import { partnerExample } from './partner-example.ts'
import { readPartner } from './read-partner.ts'
import { partnerYaml, withLine } from './testing/partner-yaml.ts'

const told = (text: string): readonly string[] => {
  const reading = readPartner(text)
  return reading.ok ? [] : reading.problems.map(({ field, problem }) => `${field} ${problem}`)
}

test('the example is taken once its names and addresses are replaced', () => {
  expect(readPartner(partnerYaml)).toEqual({ ok: true, partner: parse(partnerYaml) as unknown })
})

test('the example as it is printed is refused, each of its names and addresses', () => {
  expect(told(partnerExample)).toEqual([
    'company.name is still the one of the example',
    'webhook.url is an address of the example',
    'userIds.property is still the one of the example',
    'helpCentre.cohorts is an address of the example',
    'helpCentre.events is an address of the example',
  ])
})

const everyField = [
  'company.name is missing',
  'webhook.url is missing',
  'authorization.form is missing',
  'authorization.whereToFindTheKey is missing',
  'userIds.method is missing',
  'userIds.explanation is missing',
  'helpCentre.cohorts is missing',
  'helpCentre.eventsFlowBack is missing',
  'logo is missing',
]

test.each([
  ['an empty file', ''],
  ['a file of comments', '# nothing yet\n'],
  ['sections without fields', 'company:\nwebhook:\nauthorization: {}\nuserIds:\nhelpCentre:\nlogo:\n'],
])('%s: every field is named, not only the first', (_name, text) => {
  expect(told(text)).toEqual(everyField)
})

test.each<[string, readonly string[]]>([
  ['name: ""', ['company.name is empty']],
  ['name: "  "', ['company.name is empty']],
  ['name: 12', ['company.name must be a text']],
  [`name: ${'a'.repeat(41)}`, ['company.name is longer than 40 characters']],
  ['name: "a\\nb"', ['company.name holds a line break or a control character']],
  ['name: "a\\u202eb"', ['company.name holds a line break or a control character']],
  ['url: northwind.com', ['webhook.url is not an https:// address']],
  ['url: http://c.northwind.com/webhooks/mixpanel', ['webhook.url does not begin with https://']],
  ['url: https://user:pw@c.northwind.com/webhooks/mixpanel', ['webhook.url holds a user name or a password']],
  ['url: https://c.northwind.com/webhooks/mixpanel?key=1', ['webhook.url holds a ? or a #']],
  ['url: https://c.northwind.com/webhooks/mixpanel/', ['webhook.url does not end in /webhooks/mixpanel']],
  [
    'url: http://user@localhost:8080/hook#a',
    [
      'webhook.url does not begin with https://',
      'webhook.url holds a user name or a password',
      'webhook.url has no public host name, so it cannot be reached from the internet',
      'webhook.url does not end in /webhooks/mixpanel',
      'webhook.url holds a ? or a #',
    ],
  ],
  ['form: bearer', ['authorization.form must be x-api-key or basic']],
  ['method: email', ['userIds.method must be joining-key or shared-ids']],
  ['property:', ['userIds.property is missing']],
  ['method: shared-ids', ['userIds.property is there although ids are shared']],
  ['eventsFlowBack: "yes"', ['helpCentre.eventsFlowBack must be true or false']],
  ['eventsFlowBack: false', ['helpCentre.events is there although no events flow back']],
  ['events:', ['helpCentre.events is missing']],
  ['explanation:', ['userIds.explanation is missing']],
  ['events: ftp://help.northwind.com/a', ['helpCentre.events is not an https:// address']],
  ['cohorts: https://help.example.com/a', ['helpCentre.cohorts is an address of the example']],
  ['logo: [a, b]', ['logo must be a text']],
])('%s', (line, problems) => {
  expect(told(withLine(line))).toEqual(problems)
})

test.each([
  'localhost',
  '127.0.0.1',
  '10.0.0.7',
  '[::1]',
  'relay',
  'relay.internal',
  'relay.local',
  '2130706433',
])('a webhook on %s cannot be reached by Mixpanel', (host) => {
  expect(told(withLine(`url: https://${host}/webhooks/mixpanel`))).toEqual([
    'webhook.url has no public host name, so it cannot be reached from the internet',
  ])
})

test('a field that is not known is told beside those that are', () => {
  const reading = readPartner(
    `${withLine('url: nowhere')}
logos: a.svg
`.replace('  name:', '  nmae:'),
  )
  const problem = expect.any(String)
  const known = (field: string) => ({ field, problem, remedy: fieldRemedies[field] })
  expect(reading).toEqual({
    ok: false,
    logo: 'logo.svg',
    problems: [
      known('company.name'),
      known('webhook.url'),
      { field: 'company.nmae', problem: 'is not known', remedy: 'Remove it, or correct its name: name.' },
      { field: 'logos', problem: 'is not known', remedy: expect.stringContaining('helpCentre, logo.') },
    ],
  })
})

test.each([
  ['a list', '- a\n- b\n'],
  ['a text', 'hello'],
  ['a section that is a text', partnerYaml.replace(/^company:[^]*?\n\n/m, 'company: Northwind\n\n')],
])('%s is refused', (_name, text) => {
  expect(told(text)).toContainEqual(expect.stringContaining('must hold fields of its own'))
})

test.each([
  ['brackets that do not close', 'company: {name: a\n'],
  ['a field twice', `${partnerYaml}\nlogo: b.svg\n`],
  ['two documents', `${partnerYaml}---\n${partnerYaml}`],
  ['tabs', 'company:\n\tname: a\n'],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcd'[index]}`).join(',')}]`).join('\n')}\n`,
  ],
])('what is no YAML is refused with its place: %s', (_name, text) => {
  expect(told(text)[0]).toContain('cannot be read as YAML')
})

test('every field that can be refused has a remedy of its own', () => {
  const fieldsOf = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null
      ? [
          path,
          ...Object.entries(value).flatMap(([name, inner]) =>
            fieldsOf(inner, path === '' ? name : `${path}.${name}`),
          ),
        ]
      : [path]
  expect(Object.keys(fieldRemedies).toSorted()).toEqual(fieldsOf(parse(partnerExample), '').toSorted())
})
