import type { Request } from 'express'
import { fieldProblems, invalid, type FieldProblem, type Problem } from './problem.ts'
import type { Route } from './route.ts'
import { none } from './schemas.ts'

/** What a request says, checked. */
export interface ReadCall {
  readonly query: unknown
  readonly body: unknown
  readonly ifMatch: number | undefined
}

/** All problems of query, body and headers at once. */
export const readCall = async (
  { query: querySchema = none, body: bodySchema }: Route,
  req: Request,
): Promise<ReadCall | { readonly problem: Problem }> => {
  const query = querySchema.safeParse(req.query)
  const body = bodySchema === undefined ? undefined : await bodySchema.safeParseAsync(req.body ?? {})
  const problems: FieldProblem[] = [
    ...(query.error ? fieldProblems(query.error) : []),
    ...(body?.error ? fieldProblems(body.error) : []),
  ]
  const ifMatch = readIfMatch(req.headers['if-match'])
  if (ifMatch === 'unusable')
    problems.push({ field: 'If-Match', message: 'must be the ETag of an answer before, such as "3"' })
  if (problems.length > 0 || ifMatch === 'unusable') return { problem: invalid(problems) }
  return { query: query.data, body: body?.data, ifMatch }
}

/** `*` matches whatever there is. */
const readIfMatch = (header: string | undefined): number | undefined | 'unusable' => {
  if (header === undefined || header.trim() === '*') return undefined
  const [, version] = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(header) ?? []
  return version === undefined ? 'unusable' : Number(version)
}
