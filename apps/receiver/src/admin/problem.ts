import type { ServerResponse } from 'node:http'
import { StoreUnavailableError } from '@cohort-relay/core'
import type { z } from 'zod'
import { problemCatalogue, type ProblemCode } from './problem-catalogue.ts'

/** An error answer of the admin API, RFC 9457. */
export interface Problem {
  readonly code: ProblemCode
  /** What is wrong in this case, for a person. Default: the title and the remedy of the catalogue. */
  readonly detail?: string
  readonly problems?: readonly FieldProblem[]
  /** The plan that waits for approval instead. */
  readonly plan?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface FieldProblem {
  /** Path with dots, such as `settings.url`; empty for the body as a whole. */
  readonly field: string
  readonly message: string
}

export const notFound = (what: string): Problem => ({ code: 'not-found', detail: `No such ${what}.` })

export const invalid = (problems: readonly FieldProblem[]): Problem => ({
  code: 'invalid-request',
  detail: problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; '),
  problems,
})

/** Where the catalogue is read: the page that /docs serves. */
const typeOf = (code: ProblemCode): string => `/docs/errors#${code}`

export const sendProblem = (res: ServerResponse, problem: Problem): void => {
  const { code, problems, plan, headers } = problem
  const { status, title, remedy } = problemCatalogue[code]
  const detail = problem.detail ?? `${title}. ${remedy}`
  const body = JSON.stringify({ type: typeOf(code), title, status, code, detail, problems, plan })
  const own = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  res.writeHead(status, { ...own, ...headers }).end(body)
}

/** The problems of a failed parse; `under` is the field that was parsed. */
export const fieldProblems = (error: z.ZodError, under?: string): FieldProblem[] =>
  error.issues.flatMap((issue) => problemsOfIssue(issue, under === undefined ? [] : [under]))

const problemsOfIssue = (issue: z.core.$ZodIssue, under: readonly string[]): FieldProblem[] => {
  const path = [...under, ...issue.path.map(String)]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not known here' }))
  const message = isAbsent(issue) ? 'is missing' : issue.message
  return [{ field: path.join('.'), message }]
}

// zod's own text for a field that is not there names types that mean nothing to an operator.
const isAbsent = ({ code, message }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && message.endsWith('received undefined')

/** The problem for an error that Express or a route threw. Its message is not told: it may quote the request. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof StoreUnavailableError) return { code: 'store-unavailable' }
  const thrown: { type?: unknown; status?: unknown } =
    typeof error === 'object' && error !== null ? error : {}
  if (thrown.type === 'entity.parse.failed') return { code: 'not-json' }
  if (thrown.type === 'entity.too.large') return { code: 'too-large' }
  const isCallers = typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500
  return { code: isCallers ? 'malformed-request' : 'internal' }
}

export const statusOf = ({ code }: Problem): number => problemCatalogue[code].status
