import {
  DestinationError,
  secretFields,
  type Cohort,
  type Connector,
  type Destination,
  type Member,
  type MemberResult,
} from '@cohort-relay/connector-kit'
import { conceal, textsIn } from './conceal.ts'

/** Of a person or a cohort: shorter ones could be any word of a reason. */
const leastOfPerson = 5
const leastOfSecret = 8

/**
 * The same destination, whose errors and reasons repeat neither a secret of its settings nor what it was told of people:
 * some partners echo a request in their answers, and reasons are logged, stored and shown.
 */
export const discreetDestination = (
  destination: Destination,
  connector: Connector,
  settings: unknown,
): Destination => {
  // Looked for only where there is something to conceal: a destination is configured for each turn.
  const secrets = (): string[] => secretsOf(connector, settings)

  const within = async <Result>(texts: () => readonly string[], work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      throw discreetError(error, () => [...secrets(), ...texts()])
    }
  }
  type Tell = Destination['addMembers']
  const discreetly =
    (tell: Tell): Tell =>
    async (audience, members, call) => {
      const texts = (): string[] => [...members.flatMap(textsOf), ...cohortTexts(audience.cohort)]
      const results = await within(texts, tell(audience, members, call))
      return withDiscreetReasons(results, members, secrets)
    }
  return {
    ...(destination.membersPerCall !== undefined && { membersPerCall: destination.membersPerCall }),
    checkAccess: (call) => within(() => [], destination.checkAccess(call)),
    prepareAudience: (cohort, call) =>
      within(() => cohortTexts(cohort), destination.prepareAudience(cohort, call)),
    addMembers: discreetly((...told) => destination.addMembers(...told)),
    removeMembers: discreetly((...told) => destination.removeMembers(...told)),
  }
}

/** Each as a whole, and its parts: the token of `Bearer token` may come back alone. */
const secretsOf = ({ settings: schema }: Connector, settings: unknown): string[] => {
  const values = settings as Readonly<Record<string, unknown>>
  const whole = secretFields(schema).flatMap((name) => textsIn(values[name], leastOfSecret))
  const parts = whole.flatMap((text) => text.split(/[^A-Za-z0-9+/=.-]+/))
  return [...whole, ...parts.filter((part) => part.length >= leastOfSecret)]
}

const textsOf = ({ id, identity, properties }: Member): string[] =>
  textsIn([id, identity.value, properties], leastOfPerson)

const cohortTexts = ({ name, description }: Cohort): string[] => textsIn([name, description], leastOfPerson)

const discreetError = (error: unknown, known: () => readonly string[]): unknown => {
  if (!(error instanceof DestinationError)) return error
  const message = conceal(error.message, known())
  if (message === error.message) return error
  const { kind, status, retryAfterSeconds } = error
  return new DestinationError(kind, message, {
    ...(status !== undefined && { status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** Types do not bind a connector at run time: what makes no sense is left for the core to judge. */
const withDiscreetReasons = (
  results: readonly MemberResult[],
  members: readonly Member[],
  secretsIn: () => readonly string[],
): readonly MemberResult[] => {
  if (!Array.isArray(results) || !results.some(hasReason)) return results
  const secrets = secretsIn()
  const byId = new Map(members.map((member) => [member.id, member]))
  return results.map((result) => {
    if (!hasReason(result)) return result
    const member = byId.get(result.memberId)
    const known = [...secrets, ...(member === undefined ? [] : textsOf(member))]
    return { ...result, reason: conceal(result.reason, known) }
  })
}

const hasReason = (result: unknown): result is MemberResult & { readonly reason: string } =>
  typeof result === 'object' && result !== null && 'reason' in result && typeof result.reason === 'string'
