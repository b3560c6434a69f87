import type { Connector } from '@cohort-relay/connector-kit'
import type { DestinationView } from '@cohort-relay/core'
import type { Template } from './template.ts'

/** What DEPLOYMENT_FILE says of this installation. */
export interface Deployment {
  /** Undefined: an account is made by an operator only. */
  readonly onboarding?: Onboarding
}

export interface Onboarding {
  readonly way: PassThrough | LookUp
  readonly limits: OnboardingLimits
}

/** A key is what the partner's own product takes. */
export interface PassThrough {
  readonly kind: 'pass-through'
  readonly destination: DestinationTemplate
  readonly accountName: string | Template
}

/** The partner's own service says which account a key belongs to. */
export interface LookUp {
  readonly kind: 'look-up'
  readonly url: string
  /** Signs what is asked. */
  readonly secret: string
  readonly sends: 'keyHash' | 'key'
  /** For so long the service is not asked again of a key that it confirmed. */
  readonly ttlSeconds: number
  /** Without an answer of the service a key opens for so long after it was confirmed. */
  readonly staleSeconds: number
  /** For accounts of which the service names no destination. */
  readonly destination?: DestinationTemplate
}

export interface DestinationTemplate extends DestinationView {
  readonly connector: Connector
  /** With templates in it. */
  readonly settings: unknown
}

export interface OnboardingLimits {
  /** Within which a check ends. */
  readonly checkSeconds: number
  /** For so long a key that was refused is not checked again. */
  readonly refusedSeconds: number
  /** A destination that refuses its credentials is asked again no sooner, when a page comes. */
  readonly recheckSeconds: number
  /** Checks that the keys from one address may cost. */
  readonly attemptsPerMinute: number
  readonly attemptsPerMinuteOfKey: number
  /** At a time. */
  readonly maxChecks: number
}
