import { accountSettings, adminRoles, storableText } from '@cohort-relay/core'
import { z } from 'zod'

/** A name that people give. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => storableText(text) === text, 'must not hold NUL or half a character')

/** A date as JSON tells it. */
export const time = z.date().meta({ override: { type: 'string', format: 'date-time' } })

export const none = z.strictObject({})

export const account = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: time,
    settings: accountSettings,
    version: z.int().meta({ description: 'Grows with each change; the ETag of the account.' }),
    deletingSince: time.nullable().meta({ description: 'Null unless it is being deleted.' }),
  })
  .meta({ id: 'Account', description: 'One customer of the partner.' })

export const role = z.enum(adminRoles).meta({
  id: 'Role',
  description: 'viewer reads; operator also pauses, resumes, checks and approves; admin does everything.',
})

/** Of lists: how many, and from where on. */
export const listQuery = (most: number, usual: number) =>
  z.strictObject({
    after: z
      .string()
      .max(100)
      .exactOptional()
      .meta({ description: '`next` of the page before. Without it the list begins.' }),
    limit: z.coerce
      .number<string>()
      .int()
      .min(1)
      .max(most)
      .default(usual)
      .meta({ description: 'Entries of one page at most.' }),
  })

export const next = z
  .string()
  .nullable()
  .meta({ description: 'Where the next page begins: hand it over as `after`. Null at the end.' })
