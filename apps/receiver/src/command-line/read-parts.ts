import type { ToldConnector } from './api-types.ts'
import { CommandError } from './command-error.ts'
import { fillIn, settingsFaults, unsetFaults, type FieldFault, type Variables } from './fill-in.ts'
import { fieldsOf } from './fill-in.ts'
import { readSettings } from './read-settings.ts'

/** `--set name=value`: secrets only as `${NAME}`, which the environment has. */
export const readConnectorSettings = (
  connector: ToldConnector,
  pairs: readonly string[],
  variables: Variables,
): Record<string, unknown> => {
  const settings = textsWhereAsked(connector, pairs)
  const faults = [
    ...settingsFaults(connector, settings, '--set'),
    ...unsetFaults(settings, '--set', variables),
  ]
  if (faults.length > 0) throw new CommandError('usage', faultsText('The settings cannot be used', faults))
  return fillIn(settings, variables) as Record<string, unknown>
}

/** A text that looks like a number stays one where the connector asks for text. */
const textsWhereAsked = (connector: ToldConnector, pairs: readonly string[]): Record<string, unknown> => {
  const fields = fieldsOf(connector)
  const texts = Object.fromEntries(
    pairs.map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]),
  )
  return Object.fromEntries(
    Object.entries(readSettings(pairs)).map(([name, value]) => [
      name,
      fields.get(name)?.type === 'string' && value !== null ? texts[name] : value,
    ]),
  )
}

export const faultsText = (title: string, faults: readonly FieldFault[]): string =>
  [
    `${title}: ${faults.length} problem${faults.length === 1 ? '' : 's'}.`,
    ...faults.map(({ path, message }) => `  ${path}: ${message}`),
  ].join('\n')

/** `--identity property:kind`, or `phone_number:phone:US` with the country of national numbers. */
export const readIdentity = (texts: readonly string[]): object[] =>
  texts.map((text) => {
    const [, property, kind, defaultCountry] = /^(.+?):(email|phone|id)(?::([A-Z]{2}))?$/.exec(text) ?? []
    if (property === undefined)
      throw new CommandError(
        'usage',
        '--identity is property:kind, for example email:email, mobile:phone:US or crm_id:id.',
      )
    return { property, kind, ...(defaultCountry !== undefined && { defaultCountry }) }
  })

/** `all`, `none`, or names with commas between them. */
export const readProperties = (text: string): 'all' | string[] => {
  if (text === 'all') return 'all'
  return text === 'none' ? [] : text.split(',').map((name) => name.trim())
}
