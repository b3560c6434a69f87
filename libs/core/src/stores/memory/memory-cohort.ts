import type { Pairing, Sync } from '../../intake/place-half.ts'
import type { CohortKey, LastReply } from '../../ledger/ledger.ts'
import type { KnownSync } from '../../ledger/sync-rhythm.ts'
import type { PageMember } from '../../webhook/cohort-page.ts'
import type { KeptProperties } from '../../webhook/kept-properties.ts'
import { propertiesText } from '../../webhook/properties-text.ts'
import type { MemoryPlan } from './memory-plan.ts'

export interface MemoryMember {
  readonly row: number
  readonly id: string
  present: boolean
  sequence: number
  /** In the cohort from this change on. */
  presentSince: number
  properties: string
  changedAt: Date
  /** Properties that were replaced and that a destination may have been told. */
  readonly versions: MemoryVersion[]
}

interface MemoryVersion {
  readonly until: number
  readonly properties: string
}

/** A sync by difference, and who was in the cohort before it, of those it changed. */
export interface MemorySync extends Sync {
  add: number | null
  remove: number | null
  uncertain: boolean
  /** The page whose acknowledgements may all be lost. */
  doubtfulPage: object | undefined
  readonly openedAt: Date
  readonly wasPresent: Map<string, boolean>
}

/** One cohort: its members and the sequence of their changes. */
export interface MemoryCohort extends CohortKey {
  readonly row: number
  readonly accountId: string
  name: string
  description: string
  sequence: number
  lastSyncAt: Date | null
  firstChangeAt: Date | null
  /** Everybody in the cohort was named, with her properties, by pages that were applied from then on. */
  namedSince: Date | null
  readonly members: Map<string, MemoryMember>
  pairing: Pairing
  reconcileReason: string | null
  recentSyncs: readonly KnownSync[]
  lastReply: LastReply | undefined
  /** Syncs by difference whose effects can be taken back, oldest first. */
  readonly syncs: MemorySync[]
  lastSync: number
  /** Members who stay until their removal is approved, and the sync that removed them. */
  readonly held: Map<string, number | null>
  readonly plans: MemoryPlan[]
  /** Numbers members across cohorts, in the order in which they are first seen. */
  readonly nextRow: () => number
  /** The properties of added members that are stored. */
  readonly keep: () => KeptProperties
}

export type Effect = 'added' | 'removed' | 'updated' | 'unchanged'

export const addMember = (cohort: MemoryCohort, member: PageMember, at: Date): Effect => {
  const properties = propertiesText(member, cohort.keep())
  const known = cohort.members.get(member.id)
  if (known?.present === true && known.properties === properties) return 'unchanged'
  const sequence = ++cohort.sequence
  const presentSince = known?.present === true ? known.presentSince : sequence
  const state = { present: true, sequence, presentSince, properties, changedAt: at }
  if (known === undefined) {
    cohort.members.set(member.id, { row: cohort.nextRow(), id: member.id, ...state, versions: [] })
    return 'added'
  }
  const effect = known.present ? 'updated' : 'added'
  if (known.properties !== properties) known.versions.push({ until: sequence, properties: known.properties })
  Object.assign(known, state)
  return effect
}

export const removeMember = (cohort: MemoryCohort, id: string, at: Date): Effect => {
  const known = cohort.members.get(id)
  if (known?.present !== true) return 'unchanged'
  Object.assign(known, { present: false, sequence: ++cohort.sequence, changedAt: at })
  return 'removed'
}

/** A member who was seen before is in the cohort or not; properties stay. */
export const setPresent = (
  cohort: MemoryCohort,
  id: string,
  { present, at }: { present: boolean; at: Date },
): Effect => {
  const known = cohort.members.get(id)
  if (known === undefined || known.present === present) return 'unchanged'
  if (!present) return removeMember(cohort, id, at)
  const sequence = ++cohort.sequence
  Object.assign(known, { present, sequence, presentSince: sequence, changedAt: at })
  return 'added'
}

export const presentMembers = (cohort: MemoryCohort): MemoryMember[] =>
  [...cohort.members.values()].filter(({ present }) => present)
