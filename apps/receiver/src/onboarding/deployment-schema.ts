import { joiningProperties, mappedProperties } from '@cohort-relay/core'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { isTemplate, type Template } from './template.ts'

const wholeNumber = (from: number, to: number, usual: number) =>
  z.int(`must be a whole number from ${from} to ${to}`).min(from).max(to).default(usual)

const isEndpoint = (text: string): boolean => {
  const url = URL.parse(text)
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  return isHttp && !url.username && !url.password
}

// standardwebhooks drops a stray character at the end without a word; the other side would then compute another key.
const base64 = /^(whsec_)?([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2,3}={0,2})?$/

const isSigningSecret = (text: string): boolean => {
  try {
    return base64.test(text) && Boolean(new Webhook(text))
  } catch {
    return false
  }
}

const template = z.custom<Template>(isTemplate)

export const onboardingLimits = z.object({
  checkSeconds: wholeNumber(1, 8, 5),
  refusedSeconds: wholeNumber(1, 3600, 60),
  recheckSeconds: wholeNumber(1, 3600, 60),
  attemptsPerMinute: wholeNumber(1, 100_000, 60),
  attemptsPerMinuteOfKey: wholeNumber(1, 100_000, 12),
  maxChecks: wholeNumber(1, 1000, 16),
})

const onboardingFields = {
  connector: z.string().optional(),
  /** Kept as they are: the connector's own schema checks them once they are filled in. */
  settings: z.record(z.string(), z.unknown()).optional(),
  identity: joiningProperties,
  properties: mappedProperties.optional(),
  accountName: z.union([template, z.string().min(1).max(150)]).optional(),
  accountLookupUrl: z
    .string('must be a text without ${apiKey} or ${account.…}')
    .refine(isEndpoint, 'must be an http or https URL without user name and password')
    .optional(),
  secret: z
    .string('must be a text without ${apiKey} or ${account.…}')
    .refine(isSigningSecret, 'must be whsec_ followed by base64; make one with: openssl rand -base64 32')
    .optional(),
  sends: z.enum(['keyHash', 'key'], 'must be keyHash or key').optional(),
  ttlSeconds: z.int().min(1).max(86_400).optional(),
  staleSeconds: z.int().min(0).max(2_592_000).optional(),
  ...onboardingLimits.shape,
}

/** The file that DEPLOYMENT_FILE names, with templates in place of the texts that name variables. */
export const deploymentSchema = z.strictObject({
  onboarding: z.strictObject(onboardingFields).optional(),
})

export type WrittenOnboarding = NonNullable<z.output<typeof deploymentSchema>['onboarding']>
