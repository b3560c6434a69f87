import type { Connector } from '@cohort-relay/connector-kit'
import { usualProperties } from '../usual-properties.ts'
import { onboardingLimits, type WrittenOnboarding } from './deployment-schema.ts'
import type { DestinationTemplate, LookUp, Onboarding, PassThrough } from './deployment.ts'
import { isTemplate, readTemplates, variablesIn, type TemplateProblem } from './template.ts'
import { templateProblems } from './template-problems.ts'

export type OnboardingReading =
  | { readonly ok: true; readonly onboarding: Onboarding }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[] }

const usualTtlSeconds = 300
const usualStaleSeconds = 86_400

/** Which of the two ways is written, and whether what is written together fits together. */
export const readOnboarding = (
  written: WrittenOnboarding,
  connectors: readonly Connector[],
): OnboardingReading => {
  const problems = [...jointProblems(written), ...connectorProblems(written, connectors)]
  if (problems.length > 0) return refused(problems)
  const destination = destinationOf(written, connectors)
  const way =
    written.accountLookupUrl === undefined ? passThrough(written, destination) : lookUp(written, destination)
  if (way === undefined)
    return refused([{ field: 'onboarding', problem: 'must name a connector, or an accountLookupUrl' }])
  const unfit = destination === undefined ? [] : templateProblems(destination, way.kind)
  if (unfit.length > 0) return refused(unfit)
  return { ok: true, onboarding: { way, limits: onboardingLimits.parse(written) } }
}

const refused = (found: readonly { field: string; problem: string }[]): OnboardingReading => ({
  ok: false,
  problems: found.map(({ field, problem }) => ({
    field: field.startsWith('onboarding') ? field : `onboarding.${field}`,
    problem,
  })),
})

const lookUpAlone = ['secret', 'sends', 'ttlSeconds', 'staleSeconds'] as const

const jointProblems = (written: WrittenOnboarding): TemplateProblem[] => {
  if (written.accountLookupUrl !== undefined)
    return [
      ...(written.secret === undefined
        ? [{ field: 'secret', problem: 'is missing: it signs what accountLookupUrl is asked' }]
        : []),
      ...(written.accountName === undefined
        ? []
        : [
            {
              field: 'accountName',
              problem: 'belongs to onboarding without accountLookupUrl: the service names the account',
            },
          ]),
    ]
  const astray = lookUpAlone.filter((name) => written[name] !== undefined)
  return [
    ...astray.map((field) => ({ field, problem: 'belongs to accountLookupUrl, which is missing' })),
    ...nameProblems(written.accountName),
  ]
}

/** The name is not encrypted. */
const nameProblems = (name: WrittenOnboarding['accountName']): TemplateProblem[] => {
  const foreign = variablesIn(name).filter((variable) => !passThroughVariables.includes(variable))
  if (foreign.length === 0 && !variablesIn(name).includes('apiKey')) return []
  return [{ field: 'accountName', problem: 'may name ${account.id} and ${account.shortId} alone' }]
}

/** What a template may name where no service tells of the account. */
const passThroughVariables: readonly string[] = ['apiKey', 'account.id', 'account.shortId']

const connectorProblems = (
  { connector, settings }: WrittenOnboarding,
  connectors: readonly Connector[],
): TemplateProblem[] => {
  if (connector === undefined)
    return settings === undefined
      ? []
      : [{ field: 'connector', problem: 'is missing: settings are those of a connector' }]
  const known = connectors.map(({ id }) => id)
  return [
    ...(known.includes(connector)
      ? []
      : [{ field: 'connector', problem: `must be one of: ${known.join(', ')}` }]),
    ...(settings === undefined
      ? [{ field: 'settings', problem: 'is missing: write what the connector needs' }]
      : []),
  ]
}

const destinationOf = (
  { connector: id, settings, identity, properties }: WrittenOnboarding,
  connectors: readonly Connector[],
): DestinationTemplate | undefined => {
  const connector = connectors.find((one) => one.id === id)
  if (connector === undefined || settings === undefined) return undefined
  return { connector, settings, identity, properties: properties ?? usualProperties(connector) }
}

const passThrough = (
  { accountName }: WrittenOnboarding,
  destination: DestinationTemplate | undefined,
): PassThrough | undefined =>
  destination && { kind: 'pass-through', destination, accountName: accountName ?? usualName() }

const usualName = (): PassThrough['accountName'] => {
  const { tree } = readTemplates('Customer ${account.shortId}', {})
  return isTemplate(tree) ? tree : 'Customer'
}

const lookUp = (
  { accountLookupUrl: url = '', secret = '', sends = 'keyHash', ...times }: WrittenOnboarding,
  destination: DestinationTemplate | undefined,
): LookUp => ({
  kind: 'look-up',
  url,
  secret,
  sends,
  ttlSeconds: times.ttlSeconds ?? usualTtlSeconds,
  staleSeconds: times.staleSeconds ?? usualStaleSeconds,
  ...(destination && { destination }),
})
