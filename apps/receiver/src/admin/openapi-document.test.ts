import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../testing/receiver-client.ts'
import { runAdmin } from '../testing/run-admin.ts'
import { everyCall } from '../testing/every-call.ts'

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Statuses that take a fault, a flood or a service without a token to be seen; tests of the door show them. */
const elsewhere = new Set(['429', '500', '503'])

const isAdmin = ([path]: readonly [string, unknown]): boolean => path.startsWith('/api')

const setup = async () => {
  const world = await runAdmin()
  const document = (await world.get('/openapi.json')).body as Document & Record<string, unknown>
  const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }))
  ajv.addSchema(document, 'document')
  /** What is wrong with an answer, by the document. */
  const problemsOf = (method: string, path: string, answer: Answer): unknown => {
    const operation = document.paths[path]?.[method]
    if (operation === undefined) return `${method} ${path} is not in the document`
    const response = operation.responses[answer.status]
    if (response === undefined) return `${method} ${path} does not document ${answer.status}`
    if (response.content === undefined) return answer.text === '' ? null : 'a body that is not documented'
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    if (!(type in response.content)) return `${type} is not documented for ${answer.status}`
    const pointer = ['paths', path, method, 'responses', String(answer.status), 'content', type, 'schema']
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    )
    const validate = ajv.compile({ $ref: `document#/${escaped.join('/')}` })
    return validate(answer.body) ? null : validate.errors
  }
  return { ...world, document, problemsOf }
}

describe('the OpenAPI document', () => {
  it('is valid by a validator that is not ours', async () => {
    const { document } = await setup()
    const result = await new Validator().validate(structuredClone(document))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  it('says what every route answers: each documented status, and nothing else', async () => {
    const world = await setup()
    const seen = new Set<string>()
    const wrong: unknown[] = []
    const look = (method: string, path: string, answer: Answer): void => {
      seen.add(`${method} ${path} ${answer.status}`)
      const problems = world.problemsOf(method, path, answer)
      if (problems !== null) wrong.push([method, path, answer.status, problems])
    }
    for await (const { method, path, answer } of everyCall(world)) look(method, path, answer)
    const off = await runAdmin({ limits: { adminToken: null } })
    for (const [path, operations] of Object.entries(world.document.paths).filter(isAdmin))
      for (const method of Object.keys(operations)) {
        const to = path.replace('/api', '').replaceAll(/\{\w+\}/g, 'x')
        look(method, path, await off.admin(method.toUpperCase(), to))
      }
    expect(wrong).toEqual([])
    const documented = Object.entries(world.document.paths)
      .filter(isAdmin)
      .flatMap(([path, operations]) =>
        Object.entries(operations).flatMap(([method, { responses }]) =>
          Object.keys(responses).map((status) => ({ call: `${method} ${path} ${status}`, status })),
        ),
      )
      .filter(({ status }) => !elsewhere.has(status))
    expect(documented.map(({ call }) => call).filter((call) => !seen.has(call))).toEqual([])
  }, 120_000)

  it('finds an answer that does not agree with it (negative control)', async () => {
    const { admin, path, problemsOf } = await setup()
    const answer = await admin('GET', path)
    const route = '/api/accounts/{accountId}'
    expect(problemsOf('get', route, answer)).toBeNull()
    expect(problemsOf('get', route, { ...answer, body: { ...answer.body, name: 7 } })).not.toBeNull()
    expect(
      problemsOf('get', route, { ...answer, body: { ...answer.body, createdAt: 'soon' } }),
    ).not.toBeNull()
    expect(problemsOf('get', route, { ...answer, status: 418 })).not.toBeNull()
  })

  it('holds examples that the routes take', async () => {
    const { admin, path, document, makeDestination } = await setup()
    const { id } = await makeDestination()
    const examples = Object.entries(document.paths).flatMap(([route, operations]) =>
      Object.entries(operations).flatMap(([method, operation]) => {
        const body = operation as unknown as {
          requestBody?: { content: Record<string, { example?: unknown }> }
        }
        const example = body.requestBody?.content['application/json']?.example
        return example === undefined || !route.startsWith('/api') ? [] : [{ route, method, example }]
      }),
    )
    expect(examples.length).toBeGreaterThan(5)
    const refused: unknown[] = []
    for (const { route, method, example } of examples) {
      const to = route
        .replace('/api/accounts/{accountId}', path)
        .replace('/api', '')
        .replace('{destinationId}', id)
        .replace('{keyId}', 'nobody')
        .replace('{cohortId}', 'nobody')
      const answer = await admin(method.toUpperCase(), to, example)
      const isOther = answer.body.problems?.every(({ field }: { field: string }) => field === 'connector')
      if (answer.status === 400 && isOther !== true) refused.push([route, answer.body.detail])
    }
    expect(refused).toEqual([])
  })
})

describe('the pages', () => {
  it('show the document and every error, and load nothing from elsewhere', async () => {
    const { get } = await runAdmin()
    const page = await get('/docs')
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/(src|href)="https?:/)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    for (const [, asset] of page.text.matchAll(/(?:src|href)="([^"]+)"/g))
      expect([asset, (await get(asset!)).status]).toEqual([asset, 200])
    expect((await get('/docs/errors')).text).toContain('id="plan-superseded"')
  })
})
