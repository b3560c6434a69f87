import { joiningProperties, mappedProperties, storableText } from '@cohort-relay/core'
import { z } from 'zod'

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => storableText(text) === text)

const account = z
  .object({ id: name, name: name.optional() })
  // Whatever else it tells can be named in a template.
  .catchall(z.unknown())

const destination = z.object({
  /** Tells two destinations of one connector apart. */
  id: name.default('1'),
  connector: z.string(),
  settings: z.record(z.string(), z.unknown()),
  identity: joiningProperties.unwrap().optional(),
  properties: mappedProperties.optional(),
})

const destinations = z
  .array(destination)
  .min(1)
  .max(10)
  .refine((all) => new Set(all.map((one) => `${one.connector} ${one.id}`)).size === all.length)

/** What the partner's service answers. `account: null`: nobody has this key. */
export const accountAnswer = z.object({
  account: account.nullable(),
  destinations: destinations.optional(),
})

export type AccountAnswer = z.output<typeof accountAnswer>
export type KnownAccount = NonNullable<AccountAnswer['account']>
export type AnsweredDestination = z.output<typeof destination>
