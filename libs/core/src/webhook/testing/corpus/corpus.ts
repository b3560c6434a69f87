import { readFileSync } from 'node:fs'
import { z } from 'zod'

const page = z.strictObject({
  action: z.enum(['replace', 'add', 'remove']),
  projectId: z.string(),
  cohortId: z.string(),
  name: z.string(),
  sessionId: z.string().nullable(),
  pageNumber: z.int().nullable(),
  totalPages: z.int().nullable(),
  members: z.array(z.string()),
  setAside: z.array(z.string()),
})

/** Who is in the cohort. Without `before` the cohort is unknown; `afterQuiet` once the session was silent for long. */
const effect = z.strictObject({
  before: z.array(z.string()).optional(),
  after: z.array(z.string()),
  afterQuiet: z.array(z.string()).optional(),
})

const accepted = z.strictObject({
  file: z.string(),
  shows: z.string(),
  source: z.url().optional(),
  answer: z.strictObject({ status: z.literal(200), action: z.string(), decision: z.string() }),
  page,
  effect,
})

const refused = z.strictObject({
  file: z.string(),
  shows: z.string(),
  source: z.url().optional(),
  answer: z.strictObject({ status: z.literal(400), action: z.string().nullable(), refusal: z.string() }),
})

export type CorpusCase = z.infer<typeof accepted> | z.infer<typeof refused>

/**
 * Bodies that receivers of cohort syncs met or that follow from what Mixpanel publishes (2026-11), and what becomes of
 * each. The table is JSON so that the tests of the receiver, which may not import this file, read the same one.
 */
export const corpus: readonly CorpusCase[] = z
  .array(z.union([accepted, refused]))
  .parse(JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8')))

/** The bytes, which no formatter touches. */
export const corpusBody = (file: string): Buffer => readFileSync(new URL(`bodies/${file}`, import.meta.url))
