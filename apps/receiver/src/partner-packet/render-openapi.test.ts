import { checkCohortPage } from '@cohort-relay/core'
import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replies } from '../replies.ts'
import { makeSamples } from './make-samples.ts'
import { readPartner } from './read-partner.ts'
import { renderOpenapi } from './render-openapi.ts'
import { partnerYaml, withLine } from './testing/partner-yaml.ts'
import { failureBody, pageBody, successBody } from './webhook-schemas.ts'

const setup = (text = partnerYaml) => {
  const reading = readPartner(text)
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems))
  const samples = makeSamples(reading.partner)
  // As it is read from the file.
  const document = JSON.parse(JSON.stringify(renderOpenapi(reading.partner, samples)))
  return { samples, document, operation: document.paths['/webhooks/mixpanel'].post }
}

test('the document is valid OpenAPI 3.1, and a broken one is noticed (negative control)', async () => {
  const { document } = setup()
  expect(await new Validator().validate(document)).toEqual({ valid: true })
  expect(document.openapi).toMatch(/^3\.1\./)
  const broken = structuredClone(document)
  broken.paths['/webhooks/mixpanel'].post.responses['401'].content = 'text'
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
})

test('every reference in the document leads somewhere', async () => {
  const { document } = setup()
  const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? []
  const names = new Set(references.map((reference) => reference.split('/').at(-1)))
  expect(names).toEqual(new Set(['CohortPage', 'Member', 'Success', 'Failure']))
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...names]))
})

test('the address of the webhook is the server and the path together', () => {
  const { document } = setup(withLine('url: https://c.northwind.com:8443/relay/webhooks/mixpanel'))
  expect(document.servers).toEqual([{ url: 'https://c.northwind.com:8443/relay' }])
})

test('every answer of the receiver is there under its status', () => {
  const { operation } = setup()
  for (const [condition, { status }] of Object.entries(replies)) {
    const { examples } = operation.responses[status].content['application/json']
    const schema = status === 200 ? successBody : failureBody
    expect([condition, schema.safeParse(examples[condition].value).success]).toEqual([condition, true])
  }
  const retries = Object.keys(operation.responses).filter((status) => operation.responses[status].headers)
  expect(retries).toEqual(['429', '503'])
})

test('the bodies of the samples, which a receiver is tested with, are what the schemas say', () => {
  const { samples } = setup()
  for (const { name, request, answer } of samples) {
    const schema = answer.status === 200 ? successBody : failureBody
    const isAllowed = [schema, pageBody].map(
      (one, index) => one.safeParse([answer, request][index]?.body).success,
    )
    expect([name, ...isAllowed]).toEqual([name, true, answer.status !== 400])
  }
})

const id = fc.stringMatching(/^[!-~]{1,256}$/)
const text = fc.option(fc.string(), { nil: undefined })
const bodies = fc.record({
  action: fc.constantFrom('members', 'add_members', 'remove_members'),
  parameters: fc.record({
    mixpanel_project_id: fc.option(id, { nil: undefined }),
    mixpanel_cohort_id: id,
    mixpanel_cohort_name: text,
    mixpanel_cohort_description: text,
    mixpanel_session_id: text,
    page_info: fc.option(fc.record({ total_pages: fc.nat(), page_count: fc.nat() }), { nil: undefined }),
    members: fc.array(
      fc.record({ mixpanel_distinct_id: fc.string(), email: text, city: fc.jsonValue({ maxDepth: 2 }) }),
      { maxLength: 3 },
    ),
  }),
})

test('whatever the document allows is taken', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      expect(pageBody.safeParse(body).error).toBeUndefined()
      expect(checkCohortPage(Buffer.from(JSON.stringify(body)))).toMatchObject({ ok: true })
    }),
  )
})

test.each([
  ['another action', { action: 'update' }],
  ['no action', { action: undefined }],
  ['no cohort', { parameters: { members: [] } }],
  ['no members', { parameters: { mixpanel_cohort_id: '1' } }],
  ['members that are a number', { parameters: { mixpanel_cohort_id: '1', members: 3 } }],
  ['no parameters', { parameters: undefined }],
])('what the receiver refuses the document does not allow: %s', (_name, change) => {
  const body = { action: 'members', parameters: { mixpanel_cohort_id: '1', members: [] }, ...change }
  expect(checkCohortPage(Buffer.from(JSON.stringify(body)))).toMatchObject({ ok: false })
  expect(pageBody.safeParse(body).success).toBe(false)
})
