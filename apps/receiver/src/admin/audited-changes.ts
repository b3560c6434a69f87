import type { AuditedValue } from '@cohort-relay/core'
import type { Route } from './route.ts'

const mostFields = 100
const longestValue = 200

/** Stands for what the address named and what is no id: anything may have been copied there, a whole key for one. */
const noId = '(no id)'

/** Of uuids, ids of keys and tokens, connectors, and Mixpanel's ids of cohorts. A key or an e-mail address has none. */
const idShape = /^[A-Za-z0-9.:-]{1,36}$/

type Audited = Pick<Route, 'audited' | 'named'>

/**
 * Names each field of a request by its path, as far as the route knows the names: those that a caller made up may be
 * anything. Its value only where the route says that it tells no secret.
 */
export const auditedChanges = (
  body: unknown,
  { audited = [], named = [] }: Audited,
): Record<string, AuditedValue> => {
  const known = new Set([...audited, ...named])
  const leaves = leavesOf(body, []).slice(0, mostFields)
  return Object.fromEntries(
    leaves.map(([path, value]) => [knownPath(path, known), valueOf(value, isShown(path, audited))]),
  )
}

/** The address's names with their ids. */
export const auditedTarget = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, idShape.test(value) ? value : noId]),
  )

const isShown = (path: readonly string[], audited: readonly string[]): boolean =>
  audited.some((field) => path.join('.') === field || path.join('.').startsWith(`${field}.`))

/** The first name is one of the schema's; of those below, places in a list and what the route names. */
const knownPath = (path: readonly string[], known: ReadonlySet<string>): string => {
  const end = path.findIndex((_, index) => index > 0 && !isKnown(path.slice(0, index + 1), known))
  return (end === -1 ? path : path.slice(0, end)).join('.')
}

const isKnown = (path: readonly string[], known: ReadonlySet<string>): boolean =>
  known.has(path.join('.')) || /^\d+$/.test(path.at(-1)!)

const valueOf = (value: unknown, shows: boolean): AuditedValue => {
  if (!shows) return null
  if (typeof value === 'string') return value.slice(0, longestValue)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

const leavesOf = (value: unknown, path: readonly string[]): (readonly [readonly string[], unknown])[] => {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : leavesOf(inner, [...path, name]),
  )
}
