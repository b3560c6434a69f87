import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { replies, type Condition } from './replies.ts'
import { runReceiver, type RunningReceiver } from './testing/run-receiver.ts'
import { webhookPage } from './testing/webhook-page.ts'

const folder = new URL('webhook/testing/corpus/', import.meta.resolve('@cohort-relay/core'))

const acceptedCase = z.object({
  file: z.string(),
  answer: z.object({ action: z.string(), decision: z.string() }),
  page: z.object({
    projectId: z.string(),
    cohortId: z.string(),
    name: z.string(),
    sessionId: z.string().nullable(),
    totalPages: z.int().nullable(),
    members: z.array(z.string()),
    setAside: z.array(z.string()),
  }),
  effect: z.object({
    before: z.array(z.string()).optional(),
    after: z.array(z.string()),
    afterQuiet: z.array(z.string()).optional(),
  }),
})
const refusedCase = z.object({
  file: z.string(),
  answer: z.object({
    action: z.string().nullable(),
    refusal: z.string().transform((text) => text as Condition),
  }),
})

type Accepted = z.infer<typeof acceptedCase>

const rows = z
  .array(z.union([acceptedCase, refusedCase]))
  .parse(JSON.parse(readFileSync(new URL('corpus.json', folder), 'utf8')))
const accepted = rows.filter((row) => 'page' in row)
const refused = rows.flatMap((row) => ('page' in row ? [] : [row]))
const bodyOf = (file: string): Buffer => readFileSync(new URL(`bodies/${file}`, folder))
const settleSeconds = 300

// One receiver for all rows: an account each keeps them apart.
let receiver: RunningReceiver
let clockOffset = 0
const undo: (() => void | Promise<void>)[] = []
beforeAll(async () => {
  receiver = await runReceiver({
    now: () => new Date(Date.now() + clockOffset),
    cleanUp: (step) => undo.unshift(step),
  })
})
afterAll(async () => {
  for (const step of undo) await step()
})

const setup = async () => {
  const account = await receiver.createAccount()
  const send = async (body: Parameters<RunningReceiver['post']>[1]) => {
    const since = receiver.lines.length
    const answer = await receiver.post(account.key, body)
    const line = await receiver.until(
      answer.status === 200 ? 'page.accepted' : 'page.refused',
      answer.status === 200 ? { accountId: account.id } : {},
      since,
    )
    if (line['decision'] === 'whole')
      await receiver.until('session.applied', { accountId: account.id, cohortId: line['cohortId'] }, since)
    return { answer, line, since }
  }
  /** A sync of another cohort goes through: whatever the applier had to do before is done. */
  const letApplierPass = () =>
    send(webhookPage(['marker'], { cohort: 'marker', session: crypto.randomUUID() }))
  return { account, send, letApplierPass }
}

type World = Awaited<ReturnType<typeof setup>>

const sequenceOf = async ({ account }: World, { page }: Accepted): Promise<number> => {
  const cohorts = (await receiver.cohorts(account.id)) as {
    projectId: string
    id: string
    sequence: number
  }[]
  return (
    cohorts.find(({ id, projectId }) => id === page.cohortId && projectId === page.projectId)?.sequence ?? -1
  )
}

const membersOf = async ({ account }: World, { page }: Accepted): Promise<string[]> =>
  (await receiver.members(account.id, { id: page.cohortId, projectId: page.projectId })).toSorted()

const applied = async (world: World, row: Accepted, { line, since }: Awaited<ReturnType<World['send']>>) => {
  const isStreaming = row.page.totalPages === null && row.page.sessionId !== null
  if (isStreaming && line['decision'] === 'stored') {
    const place = { accountId: world.account.id, cohortId: row.page.cohortId }
    await receiver.until('step.applied', place, since)
  }
  await world.letApplierPass()
}

const begin = async (row: Accepted): Promise<World> => {
  const world = await setup()
  const { projectId: project, cohortId: cohort } = row.page
  if (row.effect.before !== undefined)
    await world.send(webhookPage(row.effect.before, { project, cohort, session: 'before' }))
  return world
}

describe('a body that receivers have met', () => {
  test.each(accepted)('$file is accepted with its effect', async (row) => {
    const world = await begin(row)
    const sent = await world.send(bodyOf(row.file))
    expect(sent.answer.status).toBe(200)
    expect(sent.answer.text).toBe(JSON.stringify({ action: row.answer.action, status: 'success' }))
    expect(sent.line).toMatchObject({ decision: row.answer.decision })
    // The line counts what came: one member twice is two.
    expect(sent.line['members']).toBeGreaterThanOrEqual(row.page.members.length)
    expect(Object.keys(sent.line['setAside'] as object)).toEqual([...new Set(row.page.setAside)].toSorted())
    await applied(world, row, sent)
    expect(await membersOf(world, row)).toEqual(row.effect.after.toSorted())
    const cohorts = await receiver.cohorts(world.account.id)
    expect(cohorts).toContainEqual(
      expect.objectContaining({
        projectId: row.page.projectId,
        id: row.page.cohortId,
        name: row.page.name,
        members: row.effect.after.length,
        openSession: row.answer.decision === 'stored',
      }),
    )
  })

  test.each(accepted)('$file a second time changes nothing', async (row) => {
    const world = await begin(row)
    await applied(world, row, await world.send(bodyOf(row.file)))
    const before = await sequenceOf(world, row)
    const again = await world.send(bodyOf(row.file))
    // Without a session one page is one export, however alike two are.
    expect(again.line['decision']).toBe(row.page.sessionId === null ? 'whole' : 'repeat')
    await applied(world, row, again)
    expect(await membersOf(world, row)).toEqual(row.effect.after.toSorted())
    expect(await sequenceOf(world, row)).toBe(before)
  })

  test.each(accepted.filter(({ effect }) => effect.afterQuiet !== undefined))(
    '$file ends when its session has been silent for long',
    async (row) => {
      const world = await begin(row)
      const sent = await world.send(bodyOf(row.file))
      clockOffset += (settleSeconds + 1) * 1000
      await world.letApplierPass()
      await receiver.until(
        'session.applied',
        { accountId: world.account.id, cohortId: row.page.cohortId },
        sent.since,
      )
      expect(await membersOf(world, row)).toEqual(row.effect.afterQuiet?.toSorted())
    },
  )

  test.each(refused)('$file is refused and changes nothing', async ({ file, answer }) => {
    const world = await setup()
    const { account } = world
    for (const cohort of ['777', '5100017', 'c1'])
      await world.send(webhookPage(['stays'], { project: '2200001', cohort, session: 'before' }))
    const before = { rows: await receiver.database.rows(), cohorts: await receiver.ledger(account.id) }
    const sent = await world.send(bodyOf(file))
    expect(sent.answer.status).toBe(400)
    const error = { message: replies[answer.refusal].text, code: 400 }
    expect(sent.answer.text).toBe(JSON.stringify({ action: answer.action, status: 'failure', error }))
    expect({ rows: await receiver.database.rows(), cohorts: await receiver.ledger(account.id) }).toEqual(
      before,
    )
  })
})

test('a receiver that applies page by page does not pass (negative control)', async () => {
  const broken = await runReceiver({
    wrap: (store) => ({
      storePage: ({ page, ...arrival }) => store.storePage({ ...arrival, page: { ...page, totalPages: 1 } }),
    }),
  })
  const { id, key } = await broken.createAccount()
  const row = accepted.find(({ file }) => file === 'full-set-page-6-of-10-with-placeholders.json')!
  const { projectId: project, cohortId: cohort } = row.page
  await broken.post(key, webhookPage(row.effect.before!, { project, cohort, session: 'before' }))
  await broken.post(key, bodyOf(row.file))
  await broken.until('session.applied', { sessionId: row.page.sessionId })
  expect(await broken.members(id, { id: cohort })).not.toEqual(row.effect.after)
})

describe('a body made from one of them', () => {
  test('without its member list leaves the cohort as it is', async () => {
    const world = await setup()
    const place = { project: '2200001', cohort: '5100017' }
    await world.send(webhookPage(['stays'], { ...place, session: 'before' }))
    const body = JSON.parse(bodyOf('refused-full-set-with-null-members.json').toString())
    delete body.parameters.members
    const { answer } = await world.send(body)
    expect(answer).toMatchObject({ status: 400, body: { action: 'members' } })
    expect(await receiver.members(world.account.id, { id: '5100017' })).toEqual(['stays'])
  })

  test('with its ids as text means the same cohort as with numbers', async () => {
    const world = await setup()
    const numbers = JSON.parse(bodyOf('removal-with-numeric-ids.json').toString())
    const texts = structuredClone(numbers)
    texts.action = 'add_members'
    texts.parameters.mixpanel_cohort_id = String(texts.parameters.mixpanel_cohort_id)
    texts.parameters.mixpanel_project_id = String(texts.parameters.mixpanel_project_id)
    await world.send(texts)
    expect(await receiver.members(world.account.id, { id: '5167000' })).toHaveLength(2)
    await world.send(numbers)
    expect(await receiver.cohorts(world.account.id)).toMatchObject([{ id: '5167000', members: 0 }])
  })

  test('as pages 1 to 10 in any order replaces the set only when all are here', async () => {
    const world = await setup()
    const body = JSON.parse(bodyOf('full-set-page-6-of-10-with-placeholders.json').toString())
    const place = { id: '{mixpanel_cohort_id}' }
    await world.send(
      webhookPage(['gone'], { project: '{mixpanel_project_id}', cohort: place.id, session: 'before' }),
    )
    for (const number of [10, 6, 1, 2, 3, 4, 5, 9, 8]) {
      body.parameters.page_info.page_count = number
      body.parameters.members[0].mixpanel_distinct_id = `member-${number}`
      await world.send(body)
    }
    await world.letApplierPass()
    expect(await receiver.members(world.account.id, place)).toEqual(['gone'])
    body.parameters.page_info.page_count = 7
    await world.send(body)
    expect(await receiver.members(world.account.id, place)).toHaveLength(10)
  })

  test('without a total ends when another sync of the cohort begins', async () => {
    const world = await setup()
    const place = { project: '2200001', cohort: '5100001' }
    await world.send(webhookPage(['gone'], { ...place, session: 'before' }))
    await world.send(bodyOf('full-set-without-page-numbers.json'))
    const { answer } = await world.send(
      webhookPage(['new'], { ...place, action: 'add_members', session: 'after' }),
    )
    await receiver.until('session.applied', { accountId: world.account.id, sessionId: 'after' })
    expect(answer.status).toBe(200)
    expect((await receiver.members(world.account.id, { id: '5100001' })).toSorted()).toEqual([
      'marta.quiroga91@example.com.ar',
      'new',
      'p_ejemplo@example.com',
    ])
  })
})
