import { z } from 'zod'
import { destinationStates } from '../destination-state.ts'
import { listQuery, next, time } from './schemas.ts'

export const projectQuery = z.strictObject({
  projectId: z
    .string()
    .max(1024)
    .exactOptional()
    .meta({ description: 'Needed where two projects have a cohort of this id.' }),
})

export const membersQuery = listQuery(10_000, 1000).extend({
  projectId: projectQuery.shape.projectId,
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the next of an answer before')
    .exactOptional(),
})

const cohortDestination = z.object({
  id: z.string(),
  connector: z.string(),
  state: z.enum(destinationStates),
  owed: z.int().meta({
    description: 'Members whose newest change it has not been told, those to be tried again included.',
  }),
  delivered: z.int().meta({ description: 'Changes that it confirmed, since it began.' }),
  failed: z
    .int()
    .meta({ description: 'Members that it refused or skipped, or that have no identity there.' }),
  lastError: z.string().nullable(),
  unauthorizedSince: time.nullable(),
  pausedSince: time.nullable(),
  drainingSince: time.nullable(),
})

export const cohort = z
  .object({
    projectId: z.string(),
    id: z.string().meta({ description: "Mixpanel's id of the cohort." }),
    name: z.string(),
    members: z.int(),
    sequence: z.int().meta({ description: 'Number of the newest change.' }),
    lastSyncAt: time.nullable(),
    openSession: z.boolean().meta({ description: 'Pages wait to be applied, or an export is incomplete.' }),
    needsReconcile: z
      .string()
      .nullable()
      .meta({ description: "Why our set may not be Mixpanel's. A whole full set settles it." }),
    usualIntervalSeconds: z.number().nullable(),
    stale: z
      .boolean()
      .meta({ description: 'Nothing was synced for more than three of its usual intervals.' }),
    lastReply: z.object({ at: time, status: z.int(), condition: z.string() }).nullable(),
    setAside: z.object({ members: z.int(), reasons: z.record(z.string(), z.int()) }),
    heldRemovals: z
      .object({ members: z.int(), since: time, plan: z.string() })
      .nullable()
      .meta({ description: 'Removals that wait for approval.' }),
    destinations: z.array(cohortDestination),
  })
  .meta({ id: 'Cohort' })

export const memberPage = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      sequence: z.int().meta({ description: 'The change that brought her in or altered her last.' }),
      changedAt: time,
    }),
  ),
  next,
})
