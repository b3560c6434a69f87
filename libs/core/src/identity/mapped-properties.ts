import { z } from 'zod'
import type { JoiningProperty } from './joining-property.ts'

/** The properties that a destination is sent: every one that is kept, or these. */
export type MappedProperties = 'all' | readonly string[]

/** How a destination sees a member: who she is there, and what it is told of her. */
export interface DestinationView {
  readonly identity: readonly JoiningProperty[]
  readonly properties: MappedProperties
}

/** The configuration of a destination's properties: `all`, or up to 200 names as Mixpanel exports them. */
export const mappedProperties = z.union(
  [z.literal('all'), z.array(z.string().min(1).max(255)).max(200).readonly()],
  'must be "all" or a list of at most 200 names of 1 to 255 characters',
)
