import type { ToldConnector } from './api-types.ts'

/** What is wrong with one field of what somebody wrote. */
export interface FieldFault {
  /** With dots, such as `accounts.0.name`. */
  readonly path: string
  readonly message: string
}

export type Variables = Readonly<Record<string, string | undefined>>

type Settings = Readonly<Record<string, unknown>>

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g

/** Puts the values of the environment in place of each `${NAME}`, at any depth. What is not set stays as it is. */
export const fillIn = (value: unknown, variables: Variables): unknown => {
  if (typeof value === 'string')
    return value.replaceAll(reference, (whole, name: string) => variables[name] || whole)
  if (Array.isArray(value)) return value.map((entry) => fillIn(entry, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillIn(inner, variables)]))
}

/** Each `${NAME}` that the environment does not have. */
export const unsetFaults = (value: unknown, path: string, variables: Variables): FieldFault[] =>
  textsIn(value, path).flatMap((text) =>
    [...text.value.matchAll(reference)].flatMap(([, name = '']) =>
      variables[name] ? [] : [{ path: text.path, message: `the environment has no ${name}: set it` }],
    ),
  )

/** Settings that the connector does not have, and secrets that are written out. Nothing of them is quoted. */
export const settingsFaults = (connector: ToldConnector, settings: Settings, path: string): FieldFault[] => {
  const fields = fieldsOf(connector)
  const known = `${connector.id} has: ${[...fields.keys()].join(', ')}`
  return Object.entries(settings).flatMap(([name, value]) => {
    const field = fields.get(name)
    const at = `${path}.${name}`
    if (field === undefined) return [{ path: at, message: `is not known. ${known}` }]
    return field.isSecret ? literalFaults(value, at) : []
  })
}

/** Settings that a new destination lacks. */
export const missingFaults = (connector: ToldConnector, settings: Settings, path: string): FieldFault[] =>
  [...fieldsOf(connector)].flatMap(([name, { isRequired }]) =>
    isRequired && (settings[name] ?? null) === null
      ? [{ path: `${path}.${name}`, message: 'is missing' }]
      : [],
  )

const literalFaults = (value: unknown, path: string): FieldFault[] => {
  const texts = textsIn(value, path)
  const isWritten = typeof value !== 'object' && typeof value !== 'string'
  const literals = isWritten ? [{ path }] : texts.filter((text) => text.value.search(reference) < 0)
  return literals.map((text) => ({
    path: text.path,
    message: "is secret: write it as '${NAME}' and set NAME in the environment",
  }))
}

interface SettingsField {
  readonly name: string
  readonly type: string
  readonly isSecret: boolean
  readonly isRequired: boolean
  readonly fallback: unknown
}

/** The settings of a connector, by name. */
export const fieldsOf = ({ settings }: ToldConnector): ReadonlyMap<string, SettingsField> => {
  const { properties = {}, required = [] } = settings as {
    properties?: Record<string, { type?: string; writeOnly?: boolean; default?: unknown }>
    required?: readonly string[]
  }
  return new Map(
    Object.entries(properties).map(([name, { type = 'any', writeOnly = false, default: fallback }]) => [
      name,
      { name, type, isSecret: writeOnly, isRequired: required.includes(name), fallback },
    ]),
  )
}

const textsIn = (value: unknown, path: string): { readonly path: string; readonly value: string }[] => {
  if (typeof value === 'string') return [{ path, value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`))
}
