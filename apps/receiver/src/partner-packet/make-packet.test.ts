import { expect, test } from 'vitest'
import { replies } from '../replies.ts'
import { textOf } from '../mixpanel-answer.ts'
import { checkLogo } from './check-logo.ts'
import { makePacket } from './make-packet.ts'
import { code, plain } from './markdown-text.ts'
import { readPartner } from './read-partner.ts'
import { svg } from './testing/hostile-logos.ts'
import { partnerYaml, withLine } from './testing/partner-yaml.ts'

const setup = (yaml = partnerYaml) => {
  const [reading, logo] = [readPartner(yaml), checkLogo(Buffer.from(svg('')))]
  if (!reading.ok || !logo.ok) throw new Error('the partner or the logo is refused')
  const packet = makePacket(reading.partner, logo.logo)
  const read = (path: string): string => String(packet.get(path))
  return { packet, partner: reading.partner, document: read('README.md'), read }
}

test('the document answers each question of Mixpanel', () => {
  const { document } = setup()
  for (const answer of [
    '<https://cohorts.northwind.com/webhooks/mixpanel>',
    'x-api-key: <API key of the customer>',
    'Settings → Integrations → Mixpanel → API key',
    '**Joining key.** The property `northwind_user_id`',
    'Our SDK sets this property',
    '<https://help.northwind.com/mixpanel-cohorts>',
    'Events that flow back: <https://help.northwind.com/mixpanel-events>',
    '[logo.svg](logo.svg): SVG, 64 by 64',
    '| 401 | nobody knows the key; Mixpanel pauses the sync |',
  ])
    expect(document).toContain(answer)
  expect(document).not.toMatch(/undefined|NaN|\[object/)
})

test('the other answers to a question make another document', () => {
  const shared = withLine('method: shared-ids').replace(/^ *property:.*\n/m, '')
  expect(setup(shared).document).toContain(
    '**Shared ids.** The distinct id in Mixpanel is the user id in Northwind.',
  )
  const basic = setup(withLine('form: basic')).document
  expect(basic).toContain('authorization: Basic base64(<any user name>:<API key of the customer>)')
  expect(basic).not.toContain('x-api-key:')
  const none = withLine('eventsFlowBack: false').replace(/^ *events:.*\n/m, '')
  expect(setup(none).document).toContain('No events flow back to Mixpanel.')
})

test('every link in the document leads to a file of the packet', () => {
  const { document, packet } = setup()
  const links = [...document.matchAll(/\]\((?<path>[^):]+)\)/g)].map(({ groups }) => groups?.['path'] ?? '')
  expect(links.length).toBeGreaterThan(12)
  expect(links.filter((path) => !packet.has(path))).toEqual([])
  expect([...packet.keys()].filter((path) => path !== 'README.md' && !links.includes(path))).toEqual([])
})

test('the texts of all replies are there for Mixpanel, and no remedy for those who operate the service', () => {
  const { read } = setup()
  const document = read('replies.md')
  for (const [condition, reply] of Object.entries(replies)) {
    expect(document).toContain(`### \`${condition}\`\n`)
    if (reply.status === 200) continue
    expect(document).toContain(`> ${textOf(reply, 'Northwind')}`)
  }
  expect(document).not.toMatch(/Remedy|MAX_BODY_BYTES|PAGES_PER_SECOND/)
})

test('what a partner writes is text and no Markdown', () => {
  const { document } = setup(withLine('name: "A | B *c* <b> [d](e) `f` # g"'))
  expect(document).toContain('# A \\| B \\*c\\* \\<b\\> \\[d\\](e) \\`f\\` \\# g: Mixpanel cohort sync\n')
  expect(plain('1 & 2 ~ 3')).toBe('1 \\& 2 \\~ 3')
})

test.each([
  ['plan', '`plan`'],
  ['a`b', '`` a`b ``'],
  ['``', '``` `` ```'],
])('%s as code is %s', (text, written) => {
  expect(code(text)).toBe(written)
})
