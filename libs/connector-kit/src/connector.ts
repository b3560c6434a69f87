import type { ZodType } from 'zod'
import type { HttpClient } from './http-client.ts'
import type { Logger } from './logger.ts'
import type { Member, IdentityKind } from './member.ts'
import type { MemberResult } from './member-result.ts'

/** One destination product, described as data plus one function. */
export interface Connector<Settings = unknown> {
  /** Kebab-case; equals the folder name and the `connector` value of a destination. */
  readonly id: string
  /** The product's own name, as its users write it. */
  readonly name: string
  readonly capabilities: Capabilities
  /** Turns raw configuration into settings. Secret fields are marked with {@link secret}. */
  readonly settings: ZodType<Settings>
  /** Does no I/O: the first network call is the first method call on the result. */
  connect(settings: Settings, tools: Tools): Destination
}

/** What the product can do, as data: the core and the conformance suite read it. */
export interface Capabilities {
  /** Identities the product can look a person up by, best first. */
  readonly identifiesBy: readonly [IdentityKind, ...IdentityKind[]]
  /** The core never passes more members than this to one call. 1 = the product has no batch call. */
  readonly membersPerCall: number
  /** False when people must already exist at the product. */
  readonly createsPeople: boolean
  /** What a destination is sent of its members where the account names nothing. Default `none`. */
  readonly properties?: 'all' | 'none'
}

/**
 * A connector configured for one account. Every method is safe to repeat. A failure of the whole call is thrown
 * as a `DestinationError`; nothing here retries over time, pauses or drops: the core decides that.
 */
export interface Destination {
  /** A limit below `capabilities.membersPerCall` that the settings ask for. */
  readonly membersPerCall?: number
  /** Proves that the credentials work, changing nothing. */
  checkAccess(call: Call): Promise<void>
  /** Finds or creates the list, tag or segment that mirrors the cohort, known by the cohort's id, never its name. */
  prepareAudience(cohort: Cohort, call: Call): Promise<AudienceReference>
  /** One result per member, keyed by member id. Adding a present member is `applied` or `unchanged`. */
  addMembers(audience: Audience, members: readonly Member[], call: Call): Promise<readonly MemberResult[]>
  /** One result per member, keyed by member id. Removing an absent member is `applied` or `unchanged`. */
  removeMembers(audience: Audience, members: readonly Member[], call: Call): Promise<readonly MemberResult[]>
}

/** A set of users in Mixpanel. Known by project id and cohort id; name and description are labels that may change. */
export interface Cohort {
  readonly projectId: string
  readonly id: string
  readonly name: string
  readonly description: string
}

/** What the core keeps of an audience between calls. */
export interface AudienceReference {
  /** The product's own id of the list, tag or segment. At most 1,024 characters. */
  readonly id: string
}

/** The destination's mirror of a cohort. */
export interface Audience extends AudienceReference {
  readonly cohort: Cohort
}

/** What belongs to one call and to no other. */
export interface Call {
  /** The same whenever the same work is sent again; at most 64 characters of `[A-Za-z0-9_-]`. */
  readonly idempotencyKey: string
  /** When the newest change in this call was recorded in the ledger; the same when the work is sent again. */
  readonly occurredAt: Date
  /** Aborts when the process stops or the call's deadline has passed. Hand it to every request. */
  readonly signal: AbortSignal
}

/** All that a connector may touch. */
export interface Tools {
  readonly http: HttpClient
  /** Bound to the destination. Never log a member, a property or a secret. */
  readonly log: Logger
  readonly now: () => Date
}
