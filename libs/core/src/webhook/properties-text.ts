import type { PageMember } from './cohort-page.ts'
import { idNames, type KeptProperties } from './kept-properties.ts'

/**
 * The properties of a member that are kept, as JSON: the same text for the same properties in any order (nested ones
 * as they came). The id is left out; a second id that differs is always kept. Built as text, so that a property named
 * `__proto__` stays a property.
 */
export const propertiesText = ({ id, properties }: PageMember, keep: KeptProperties): string => {
  const all = Object.keys(properties)
  const names = keep === 'all' ? all : all.filter((name) => keep.has(name) || idNames.has(name))
  let text = '{'
  for (const name of names.toSorted()) {
    const value = properties[name]
    if (idNames.has(name) && (name === 'mixpanel_distinct_id' || String(value) === id)) continue
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${valueText(value)}`
  }
  return `${text}}`
}

const valueText = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value, digitsAsText)
    : JSON.stringify(digitsAsText('', value))

const digitsAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value
