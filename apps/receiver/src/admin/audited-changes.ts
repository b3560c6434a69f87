import type { AuditedValue } from '@cohort-relay/core'

const mostFields = 100
const longestValue = 200

/** Names every leaf of a request by its path; its value only where the route says that it tells no secret. */
export const auditedChanges = (body: unknown, shown: readonly string[]): Record<string, AuditedValue> =>
  Object.fromEntries(
    leavesOf(body, [])
      .slice(0, mostFields)
      .map(([path, value]) => [path, valueOf(value, isShown(path, shown))]),
  )

const isShown = (path: string, shown: readonly string[]): boolean =>
  shown.some((field) => path === field || path.startsWith(`${field}.`))

const valueOf = (value: unknown, shows: boolean): AuditedValue => {
  if (!shows) return null
  if (typeof value === 'string') return value.slice(0, longestValue)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

const leavesOf = (value: unknown, path: readonly string[]): [string, unknown][] => {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [[path.join('.'), value]]
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === undefined ? [] : leavesOf(inner, [...path, name]),
  )
}
