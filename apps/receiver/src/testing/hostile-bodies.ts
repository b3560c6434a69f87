import { webhookPage } from './webhook-page.ts'

const composed = 'Zoë'.normalize('NFC')
const decomposed = 'Zoë'.normalize('NFD')

/** Text that one database or another has been seen to refuse, cut off, fold or mistake. */
export const hostileTexts: readonly string[] = [
  'nul\0inside',
  '\0',
  'lone \ud800 high',
  'lone \udc00 low',
  composed,
  decomposed,
  'emoji 😀',
  '𐍈'.repeat(256),
  'x'.repeat(1024),
  'x'.repeat(1025),
  'é'.repeat(512),
  `${'é'.repeat(512)}x`,
  ' space around ',
  'Case',
  'case',
  '',
  ' ',
  '\u00a0',
  '\ufeffmark',
  '\u202eturned',
  '__proto__',
  'constructor',
  "'; DROP TABLE cohort; --",
  '%_\\',
  '\\u0000',
  '{}',
  '{a,"b"}',
  'NULL',
  '$1',
  'line\r\nbreak\ttab',
]

const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  0,
  -0,
  1.5,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  1e21,
  1e308,
  null,
  true,
  [],
  {},
]

const propertiesOf = (value: unknown): Record<string, unknown> => ({
  ...(typeof value === 'string' && { [value]: value }),
  value,
  nested: { list: [value, { value }] },
})

type Page = ReturnType<typeof webhookPage>

/** A page of which one field of its parameters is replaced. */
const pageWith = (cohort: string, fields: Readonly<Record<string, unknown>>, members = ['ann']): Page => {
  const page = webhookPage(members, { cohort, session: `of ${cohort}` })
  return { ...page, parameters: { ...page.parameters, ...fields } }
}

const memberPages = (): Page[] => {
  const ids = hostileValues.map((value) => ({ mixpanel_distinct_id: value }))
  const others = hostileTexts.map((text) => ({ $distinct_id: text, mixpanel_distinct_id: null }))
  return [
    webhookPage(ids, { cohort: 'ids', session: 'come' }),
    webhookPage([{ mixpanel_distinct_id: decomposed }, { mixpanel_distinct_id: 'case' }], {
      cohort: 'ids',
      action: 'remove_members',
      session: 'leave',
    }),
    webhookPage(others, { cohort: 'other ids', session: 'come' }),
    webhookPage(
      hostileValues.map((value, index) => ({ ...propertiesOf(value), mixpanel_distinct_id: `m${index}` })),
      { cohort: 'properties', session: 'come' },
    ),
  ]
}

/** Numbers that JSON allows and JavaScript cannot hold, names twice, and bytes that are no text. */
const rawBodies = (): Buffer[] => {
  const page = JSON.stringify(webhookPage(['ann'], { cohort: 'raw', session: 'raw' }))
  return [
    page.replace('"raw"', '9007199254740993'),
    page.replace('"raw"', '1e400'),
    page.replace('"ann"', '12345678901234567890'),
    page.replace('"ann"', '"ann","__proto__":{"x":1}'),
    page.replace('"action"', '"action":"members","action"'),
    page.replace('"total_pages":1', '"total_pages":99999999999999999999'),
    page.replace('"page_count":1', '"page_count":"00000000000000000001"'),
    `\ufeff${page}`,
  ]
    .map((text) => Buffer.from(text))
    .concat([Buffer.from(page.replace('ann', '\u00ff'), 'latin1')])
}

/** Bodies whose every field has been hostile once, in the order in which they are sent. */
export const hostileBodies = (): readonly (Page | Buffer)[] => [
  ...memberPages(),
  ...hostileValues.flatMap((value, index) => [
    pageWith(`name ${index}`, { mixpanel_cohort_name: value, mixpanel_cohort_description: value }),
    pageWith(`session ${index}`, { mixpanel_session_id: value }),
    pageWith(`cohort ${index}`, { mixpanel_cohort_id: value }),
    pageWith(`project ${index}`, { mixpanel_project_id: value }),
    pageWith(`pages ${index}`, { page_info: { page_count: value, total_pages: value } }),
  ]),
  pageWith('both long', { mixpanel_cohort_id: '\u{10348}'.repeat(256), mixpanel_project_id: randomLooking }),
  ...rawBodies(),
]

/** Nothing in it repeats, so that no index can compress it. */
const randomLooking = Array.from({ length: 1024 }, (_, index) =>
  String.fromCodePoint(0x21 + ((index * index * 31 + index * 17) % 94)),
).join('')
