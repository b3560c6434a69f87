import { pagesOf } from '../../mixpanel-simulator/pages.ts'
import { firstPeople, memberOf } from '../../mixpanel-simulator/people.ts'
import { measuredCohort } from '../prepare-pages.ts'

export interface FullSet {
  readonly members: number
  readonly seed: number
  /** Names the export. */
  readonly sessionId: string
  /** Every so many members has another property; 0: nobody. */
  readonly changedEvery: number
}

/** The pages of one full set as they go over the wire. */
export const fullSet = ({ members, seed, sessionId, changedEvery }: FullSet): readonly Buffer[] => {
  const isChanged = (number: number): boolean => changedEvery > 0 && number % changedEvery === 0
  const source = {
    action: 'members' as const,
    cohort: measuredCohort,
    sessionId,
    people: firstPeople(members),
    memberOf: (number: number) => ({
      ...memberOf(number, 'default', seed),
      ...(isChanged(number) && { plan: sessionId }),
    }),
    bodies: 'documented' as const,
  }
  return Array.from(pagesOf(source), (body) => Buffer.from(JSON.stringify(body)))
}
