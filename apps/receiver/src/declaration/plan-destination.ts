import { isDeepStrictEqual } from 'node:util'
import type { ToldConnector, ToldDestination } from '../command-line/api-types.ts'
import {
  fieldsOf,
  fillIn,
  missingFaults,
  unsetFaults,
  type FieldFault,
  type Variables,
} from '../command-line/fill-in.ts'
import { shownName, shownText } from '../command-line/shown.ts'
import type { DeclaredDestination } from './declaration-schema.ts'
import type { ComparableDestination } from './match-destinations.ts'
import type { PlannedStep } from './plan.ts'

export interface PlanOptions {
  readonly connectors: readonly ToldConnector[]
  readonly variables: Variables
  /** Secrets are sent although nothing else of their destination differs. */
  readonly rotateSecrets: boolean
  /** The partner is asked whether it accepts new settings. */
  readonly verify: boolean
}

export interface DestinationQuestion extends ComparableDestination {
  /** In the file. */
  readonly path: string
  /** Undefined: there is none yet. */
  readonly found: ToldDestination | undefined
}

export interface PlannedDestination {
  readonly steps: readonly PlannedStep[]
  readonly faults: readonly FieldFault[]
}

type Settings = Readonly<Record<string, unknown>>

/** What it takes to make a destination what the file says. */
export const planDestination = (question: DestinationQuestion, options: PlanOptions): PlannedDestination => {
  const { found, declared, open, path } = question
  const connector = options.connectors.find(({ id }) => id === declared.connector)!
  const changed = found === undefined ? open : differing(open, found)
  const sends = found === undefined || options.rotateSecrets || Object.keys(changed).length > 0
  const secrets = sends ? secretsOf(connector, declared) : {}
  const faults = [
    ...(found === undefined ? missingFaults(connector, declared.settings, `${path}.settings`) : []),
    ...unsetFaults(secrets, `${path}.settings`, options.variables),
  ]
  const settings = { ...changed, ...(fillIn(secrets, options.variables) as Settings) }
  const details = [...settingDetails(changed, found), ...Object.keys(secrets).map(secretDetail)]
  const asked = { declared, settings, details, verify: String(options.verify) }
  const steps = found === undefined ? creation(asked) : changes(asked, found)
  return { steps, faults }
}

const secretDetail = (name: string): string => `${name}: sent, from the environment`

const secretsOf = (connector: ToldConnector, { settings }: DeclaredDestination): Settings => {
  const fields = fieldsOf(connector)
  return Object.fromEntries(Object.entries(settings).filter(([name]) => fields.get(name)?.isSecret === true))
}

const differing = (open: Settings, { settings }: ToldDestination): Settings =>
  Object.fromEntries(
    Object.entries(open).filter(([name, value]) => !isDeepStrictEqual(settings[name] ?? null, value ?? null)),
  )

interface Asked {
  readonly declared: DeclaredDestination
  readonly settings: Settings
  readonly details: readonly string[]
  readonly verify: string
}

const creation = ({ declared, settings, details, verify }: Asked): PlannedStep[] => {
  const { connector, identity, properties, paused = false } = declared
  return [
    {
      verb: 'create',
      subject: `destination ${connector}`,
      details: [...details, ...viewDetails(declared), ...(paused ? ['paused'] : [])],
      carryOut: async (api, accountId) => {
        const path = ['accounts', accountId, 'destinations']
        const body = { connector, settings: withoutNull(settings), identity, properties }
        const made = await api.call<ToldDestination>('POST', path, { query: { verify }, body })
        if (paused) await api.call('POST', [...path, made.id, 'pause'])
        return made
      },
    },
  ]
}

const changes = (asked: Asked, found: ToldDestination): PlannedStep[] => {
  const { declared, settings, details, verify } = asked
  const body = {
    ...(Object.keys(settings).length > 0 && { settings }),
    ...viewChange(declared, found),
  }
  const subject = `destination ${found.connector} (${found.id})`
  const pausing = pauseStep(declared, found, subject)
  if (Object.keys(body).length === 0) return pausing ? [pausing] : [{ verb: 'none', subject, details: [] }]
  const update: PlannedStep = {
    verb: 'update',
    subject,
    details: [...details, ...viewDetails(viewChange(declared, found))],
    carryOut: (api, accountId) =>
      api.call('PATCH', ['accounts', accountId, 'destinations', found.id], {
        query: { verify },
        body,
        version: found.version,
      }),
  }
  if (pausing === undefined) return [update]
  // What is paused is changed after that, and what is resumed before.
  return pausing.verb === 'pause' ? [pausing, update] : [update, pausing]
}

const pauseStep = (
  { paused }: DeclaredDestination,
  found: ToldDestination,
  subject: string,
): PlannedStep | undefined => {
  if (paused === undefined || paused === (found.pausedSince !== null)) return undefined
  const verb = paused ? 'pause' : 'resume'
  return {
    verb,
    subject,
    details: [],
    carryOut: (api, accountId) => api.call('POST', ['accounts', accountId, 'destinations', found.id, verb]),
  }
}

type View = Partial<Pick<DeclaredDestination, 'identity' | 'properties'>>

const viewChange = ({ identity, properties }: DeclaredDestination, found: ToldDestination): View => ({
  ...(identity !== undefined && !isDeepStrictEqual(identity, found.identity) && { identity }),
  ...(properties !== undefined && !isDeepStrictEqual(properties, found.properties) && { properties }),
})

const viewDetails = ({ identity, properties }: View): string[] => [
  ...(identity === undefined
    ? []
    : [`identity: ${identity.map(({ property, kind }) => `${shownText(property)} (${kind})`).join(', ')}`]),
  ...(properties === undefined
    ? []
    : [`properties: ${properties === 'all' ? 'all' : properties.map(shownText).join(', ') || 'none'}`]),
]

const settingDetails = (changed: Settings, found: ToldDestination | undefined): string[] =>
  Object.entries(changed).map(([name, value]) => {
    const now = valueText(value)
    return found === undefined ? `${name}: ${now}` : `${name}: ${valueText(found.settings[name])} → ${now}`
  })

const valueText = (value: unknown): string => {
  if (value === undefined || value === null) return 'none'
  return shownName(typeof value === 'string' ? value : JSON.stringify(value))
}

const withoutNull = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
