import { DestinationError, secret, type Connector, type FailureKind } from '@cohort-relay/connector-kit'
import { z } from 'zod'

const settings = z.strictObject({
  url: z.url(),
  secret: secret(z.string().min(8)),
  size: z.int().default(3),
})

/** A product that takes everybody, and whose answer to a check of access can be scripted. It is called over nothing. */
export const postbox = (changes: Partial<Connector['capabilities']> = {}) => {
  const checked: z.output<typeof settings>[] = []
  let failure: FailureKind | 'fault' | undefined
  const connector: Connector<z.output<typeof settings>> = {
    id: 'postbox',
    name: 'Postbox',
    capabilities: { identifiesBy: ['email'], membersPerCall: 10, createsPeople: true, ...changes },
    settings,
    connect: (given) => ({
      checkAccess: async () => {
        checked.push(given)
        if (failure === 'fault') throw new Error('canary')
        if (failure !== undefined)
          throw new DestinationError(failure, 'It does not know this token. Renew it.')
      },
      prepareAudience: async ({ id }) => ({ id }),
      addMembers: async (_audience, members) =>
        members.map(({ id }) => ({ memberId: id, outcome: 'applied' as const })),
      removeMembers: async (_audience, members) =>
        members.map(({ id }) => ({ memberId: id, outcome: 'applied' as const })),
    }),
  }
  return {
    connector: connector as unknown as Connector,
    /** Settings that were asked about. */
    checked,
    refuse: (kind: FailureKind | 'fault' | undefined) => void (failure = kind),
  }
}
