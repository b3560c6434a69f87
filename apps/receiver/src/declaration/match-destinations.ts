import { isDeepStrictEqual } from 'node:util'
import type { ToldDestination } from '../command-line/api-types.ts'
import type { DeclaredDestination } from './declaration-schema.ts'

/** A declared destination whose settings can be compared: filled in, without secrets. */
export interface ComparableDestination {
  readonly declared: DeclaredDestination
  readonly open: Readonly<Record<string, unknown>>
}

export interface MatchedDestinations {
  /** In the order of the file. Undefined: there is none yet. `ambiguous`: one of several, and nothing says which. */
  readonly found: readonly (ToldDestination | undefined | 'ambiguous')[]
  /** Those that no declared one is. */
  readonly left: readonly ToldDestination[]
}

/** Which destination of an account each declared one is: by id, else by equal settings, else the only one left. */
export const matchDestinations = (
  declared: readonly ComparableDestination[],
  existing: readonly ToldDestination[],
): MatchedDestinations => {
  const matched = new Map<ComparableDestination, ToldDestination | 'ambiguous'>()
  const left = new Set(existing)
  const take = (one: ComparableDestination, found: ToldDestination | undefined): void => {
    if (found === undefined) return
    matched.set(one, found)
    left.delete(found)
  }
  const ofConnector = ({ declared: { connector } }: ComparableDestination) =>
    [...left].filter((found) => found.connector === connector)
  const open = () => declared.filter((one) => !matched.has(one) && one.declared.id === undefined)

  for (const one of declared)
    take(
      one,
      existing.find(({ id }) => id === one.declared.id),
    )
  for (const one of open())
    take(
      one,
      ofConnector(one).find((found) => isSame(one, found)),
    )
  for (const one of open()) {
    const candidates = ofConnector(one)
    const rivals = open().filter((other) => other.declared.connector === one.declared.connector)
    if (candidates.length === 1 && rivals.length === 1) take(one, candidates[0])
    else if (candidates.length > 0) matched.set(one, 'ambiguous')
  }
  return { found: declared.map((one) => matched.get(one)), left: [...left] }
}

/** All that is named of the settings is so. */
const isSame = ({ open }: ComparableDestination, { settings }: ToldDestination): boolean =>
  Object.entries(open).every(([name, value]) => isDeepStrictEqual(settings[name] ?? null, value ?? null))
