import type { IdentityKind } from '@cohort-relay/connector-kit'
import { isSupportedCountry } from 'libphonenumber-js/min'
import { z } from 'zod'

/** One property of a member that may say who the member is at a destination. */
export interface JoiningProperty {
  /** The name as Mixpanel exports it. `mixpanel_distinct_id` and `$distinct_id` also mean the member's own id. */
  readonly property: string
  readonly kind: IdentityKind
  /** ISO 3166 code of the country whose national phone numbers are meant; only for `phone`. */
  readonly defaultCountry?: string
}

/** What is used where nothing is configured: the e-mail address in either member form, else the distinct id. */
export const defaultJoiningProperties: readonly JoiningProperty[] = [
  { property: 'email', kind: 'email' },
  { property: '$email', kind: 'email' },
  { property: 'mixpanel_distinct_id', kind: 'id' },
]

const joiningProperty = z
  .strictObject({
    property: z.string().min(1).max(255),
    kind: z.enum(['email', 'phone', 'id']),
    defaultCountry: z
      .string()
      // The stated result keeps the type a plain string.
      .refine(
        (code): boolean => isSupportedCountry(code),
        'must be a two-letter country code in capitals, such as US',
      )
      .exactOptional(),
  })
  .refine((joining) => joining.kind === 'phone' || joining.defaultCountry === undefined, {
    path: ['defaultCountry'],
    message: 'belongs to the kind phone only',
  })

/** The configuration of a destination's identity: 1 to 10 properties, the first usable one counts. */
export const joiningProperties = z
  .array(joiningProperty)
  .min(1)
  .max(10)
  .readonly()
  .default([...defaultJoiningProperties])
