import { joiningProperties, mappedProperties } from '@cohort-relay/core'
import { z } from 'zod'
import { destinationStates } from '../destination-state.ts'
import { time } from './schemas.ts'

export const settingsObject = z.record(z.string(), z.unknown()).meta({
  override: { type: 'object', additionalProperties: true },
  description: 'As GET /connectors describes them for the connector.',
})

export const identity = joiningProperties.meta({
  description:
    'Properties that say who a member is at the destination, in order: the first one with a usable value counts. A member without any is skipped and reported.',
})

export const properties = mappedProperties.meta({
  description:
    'Which properties of a member are sent: "all", or a list of names. Default: what the connector is for.',
})

export const destination = z
  .object({
    id: z.string(),
    connector: z.string(),
    createdAt: time,
    version: z.int().meta({ description: 'Grows with each change; the ETag of the destination.' }),
    settings: settingsObject.meta({ description: 'Secrets are masked.' }),
    identity: joiningProperties,
    properties: mappedProperties,
    state: z.enum(destinationStates).meta({
      description:
        'unauthorized: the partner refuses the credentials. draining: it is being deleted, and its members are removed there first.',
    }),
    unauthorizedSince: time.nullable(),
    pausedSince: time.nullable(),
    drainingSince: time.nullable(),
  })
  .meta({ id: 'Destination', description: 'A connector configured for an account.' })

export const needsFullSync = z.boolean().meta({
  description:
    'True: members came before anything kept what this destination uses, and may lack it until the next full sync of each cohort.',
})

const member = z.record(z.string(), z.unknown()).meta({
  override: { type: 'object', additionalProperties: true },
  description: 'One entry of `members`, as Mixpanel sends it.',
})

export const identityTest = z.strictObject({ member })

export const identityResult = z.object({
  memberId: z.string(),
  matched: z
    .object({
      property: z.string(),
      kind: z.enum(['email', 'phone', 'id']),
      value: z.string().meta({ description: 'As the partner is told: normalised.' }),
    })
    .nullable()
    .meta({ description: 'Null: nothing says who the member is, so she is skipped and reported.' }),
  reason: z.string().nullable().meta({ description: 'Why nothing matched.' }),
  properties: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What would be sent of her.' }),
})
