import type { DestinationStore, SealedSettings } from '@cohort-relay/core'
import { z } from 'zod'
import { encryptSettings, keyIdOf, type SettingsRow } from '../encrypt-settings.ts'
import { route, type Route } from './route.ts'
import { listQuery, next } from './schemas.ts'

export interface SecretRoutesParts {
  readonly destinations: Pick<DestinationStore, 'listSealedSettings' | 'resealSettings' | 'countSealedByKey'>
  /** The one that is used, then those of before. */
  readonly secretKeys: readonly Uint8Array[]
  readonly openSettings: (sealed: string, row: SettingsRow) => unknown
  /** Encrypts anew what belongs to no destination. */
  readonly resealShared: () => Promise<void>
}

const keys = z.object({
  keys: z.array(
    z.object({
      keyId: z.string().meta({ description: 'Tells keys apart and nothing of them.' }),
      use: z.enum(['current', 'previous', 'unknown']),
      destinations: z.int().meta({ description: 'Whose settings are encrypted with it.' }),
    }),
  ),
})

const rotated = z.object({
  checked: z.int().meta({ description: 'Destinations looked at by this call.' }),
  rotated: z.int().meta({ description: 'Of these, whose settings were encrypted anew.' }),
  unreadable: z
    .array(z.string())
    .meta({ description: 'Destinations whose settings no key of this process can read. They are left.' }),
  next,
})

/** With which keys the settings of destinations are encrypted. */
export const secretRoutes = (parts: SecretRoutesParts): Route[] => [listKeys(parts), rotate(parts)]

const listKeys = ({ destinations, secretKeys }: SecretRoutesParts): Route =>
  route({
    id: 'secrets.list',
    method: 'get',
    path: '/secrets',
    tag: 'Administration',
    summary: 'See which secret keys are in use',
    role: 'admin',
    answers: [{ status: 200, description: 'The keys by their ids.', schema: keys }],
    problems: [],
    handle: async () => {
      const counts = await destinations.countSealedByKey()
      const [current, ...previous] = secretKeys.map(keyIdOf)
      const useOf = (keyId: string): 'current' | 'previous' | 'unknown' =>
        keyId === current ? 'current' : previous.includes(keyId) ? 'previous' : 'unknown'
      const ids = [...new Set([...secretKeys.map(keyIdOf), ...Object.keys(counts)])]
      return {
        body: {
          keys: ids.map((keyId) => ({ keyId, use: useOf(keyId), destinations: counts[keyId] ?? 0 })),
        },
      }
    },
  })

const rotate = (parts: SecretRoutesParts): Route =>
  route({
    id: 'secrets.rotate',
    method: 'post',
    path: '/secrets/rotate',
    tag: 'Administration',
    summary: 'Encrypt settings anew with the current key',
    description:
      'One page of destinations; go on with `next` until it is null. Safe to repeat, and while everything runs: start all processes with the new SECRET_KEY and the old one in PREVIOUS_SECRET_KEYS first, and take the old one away afterwards.',
    role: 'admin',
    query: listQuery(1000, 200),
    answers: [{ status: 200, description: 'What was done.', schema: rotated }],
    problems: [],
    handle: async ({ query }) => {
      if (query.after === undefined) await parts.resealShared()
      const page = await parts.destinations.listSealedSettings(query)
      const results = await Promise.all(page.map((sealed) => reseal(parts, sealed)))
      return {
        body: {
          checked: page.length,
          rotated: results.filter((result) => result === 'rotated').length,
          unreadable: page
            .filter((_, index) => results[index] === 'unreadable')
            .map((one) => one.destinationId),
          next: page.length < query.limit ? null : (page.at(-1)?.destinationId ?? null),
        },
      }
    },
  })

const reseal = async (
  { destinations, secretKeys, openSettings }: SecretRoutesParts,
  sealed: SealedSettings,
): Promise<'rotated' | 'current' | 'unreadable'> => {
  const [current] = secretKeys
  if (current === undefined || sealed.sealedSettings.split('.')[1] === keyIdOf(current)) return 'current'
  const { accountId, destinationId } = sealed
  let settings: unknown
  try {
    settings = openSettings(sealed.sealedSettings, { accountId, destinationId })
  } catch {
    return 'unreadable'
  }
  const anew = encryptSettings(settings, current, { accountId, destinationId })
  // Who changed them meanwhile encrypted them with the current key.
  await destinations.resealSettings(sealed, anew)
  return 'rotated'
}
