import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { z } from 'zod'

/** An error answer of the admin API, RFC 9457. */
export interface Problem {
  readonly status: number
  /** Stable: programs may rely on it. */
  readonly code: string
  /** What is wrong and what to do, for a person. */
  readonly detail: string
  readonly problems?: readonly FieldProblem[]
  /** The plan that waits for approval instead. */
  readonly plan?: string
}

export interface FieldProblem {
  /** Path with dots, such as `settings.url`; empty for the body as a whole. */
  readonly field: string
  readonly message: string
}

export const notFound = (what: string): Problem => ({
  status: 404,
  code: 'not-found',
  detail: `No such ${what}.`,
})

export const invalid = (problems: readonly FieldProblem[]): Problem => ({
  status: 400,
  code: 'invalid-request',
  detail: problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; '),
  problems,
})

export const sendProblem = (res: ServerResponse, problem: Problem): void => {
  const { status, code, detail, problems, plan } = problem
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail, problems, plan })
  res.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' }).end(body)
}

/** The problems of a failed parse; `under` is the field that was parsed. */
export const fieldProblems = (error: z.ZodError, under?: string): FieldProblem[] =>
  error.issues.map(({ code, path, message }) => ({
    field: [...(under === undefined ? [] : [under]), ...path].join('.'),
    message: isAbsent(code, message) ? 'is missing' : message,
  }))

// zod's own text for a field that is not there names types that mean nothing to an operator.
const isAbsent = (code: string, message: string): boolean =>
  code === 'invalid_type' && message.endsWith('received undefined')

/** The problem for an error that Express or a route threw. Its message is not told: it may quote the request. */
export const problemOf = (error: unknown): Problem => {
  const thrown: { type?: unknown; status?: unknown } =
    typeof error === 'object' && error !== null ? error : {}
  if (thrown.type === 'entity.parse.failed') {
    return { status: 400, code: 'not-json', detail: 'The body is not valid JSON.' }
  }
  if (thrown.type === 'entity.too.large') {
    return { status: 413, code: 'too-large', detail: 'The body is larger than 100 kB.' }
  }
  if (typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500) {
    return { status: 400, code: 'malformed-request', detail: 'The address or the body cannot be decoded.' }
  }
  return { status: 500, code: 'internal', detail: 'Something went wrong; the log has the details.' }
}
