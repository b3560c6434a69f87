import type { PageMember } from './cohort-page.ts'

/** Names that only repeat the member's id. */
const idNames = new Set(['mixpanel_distinct_id', '$distinct_id'])

/**
 * A member's properties as JSON, the same text for the same properties in any order (nested ones as they
 * came). The id is left out. Built as
 * text, so that a property named `__proto__` stays a property.
 */
export const propertiesText = ({ id, properties }: PageMember): string => {
  const names = Object.keys(properties).toSorted()
  let text = '{'
  for (const name of names) {
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
