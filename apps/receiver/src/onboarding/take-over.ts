import { isDeepStrictEqual } from 'node:util'
import {
  accountSettings,
  type AccountKey,
  type DestinationUpdate,
  type DestinationView,
  type StoredDestination,
} from '@cohort-relay/core'
import { decryptSettings, encryptSettings } from '../encrypt-settings.ts'
import { isSamePlace } from '../is-same-place.ts'
import { secretKeysOf } from '../secret-keys.ts'
import { partnerKeyRow } from './partner-key-row.ts'
import type { PresentedKey } from './key-gate.ts'
import type { LookUpParts } from './look-up.ts'
import type { PreparedDestination } from './prepare-destinations.ts'

export interface Taken {
  readonly key: PresentedKey
  /** What is stored of the key. */
  readonly known: AccountKey | undefined
  readonly accountId: string
  /** Of a new account. */
  readonly name: string
  readonly destinations: readonly PreparedDestination[]
}

/**
 * Makes what the partner's service names and is not there, and mends what has other settings there. Safe to repeat, and to
 * do at one moment in several processes. A destination that is no longer named stays: an operator deletes it.
 */
export const takeOver = async (parts: LookUpParts, taken: Taken): Promise<void> => {
  if (taken.known === undefined) await openAccount(parts, taken)
  const stored = await parts.store.listDestinations(taken.accountId)
  for (const destination of taken.destinations) {
    const existing = stored.find(({ id }) => id === destination.id)
    if (existing === undefined) await createMissing(parts, taken, destination)
    else await mend(parts, existing, destination)
  }
}

const openAccount = async (parts: LookUpParts, taken: Taken): Promise<void> => {
  const { store, now, log, newAccountSettings } = parts
  const { key, accountId, name, destinations } = taken
  const createdAt = now()
  const row = partnerKeyRow(key, { accountId, createdAt, confirmedAt: createdAt })
  const [first] = destinations
  if (first === undefined) return
  const settings = accountSettings.parse(newAccountSettings)
  const account = { id: accountId, name, createdAt, settings }
  const outcome = await store.createAccountWithDestination(account, row, configured(parts, accountId, first))
  const about = { accountId, keyId: key.keyId }
  if (outcome === 'created') log.info({ ...about, connector: first.connector.id }, 'account.onboarded')
  else if (
    await onlyOnce(
      () => store.addKey(row),
      () => store.findKey(key.keyId),
    )
  )
    log.info(about, 'key.added')
}

const createMissing = async (
  parts: LookUpParts,
  { accountId }: Taken,
  destination: PreparedDestination,
): Promise<void> => {
  const { store, log, onMended } = parts
  const made = await onlyOnce(
    () => store.createDestination(configured(parts, accountId, destination)),
    async () => (await store.listDestinations(accountId)).find(({ id }) => id === destination.id),
  )
  if (!made) return
  log.info(
    { accountId, destinationId: destination.id, connector: destination.connector.id },
    'destination.created',
  )
  onMended()
}

/** False when it is there already, also when another process makes it at this moment. */
const onlyOnce = async (make: () => Promise<unknown>, find: () => Promise<unknown>): Promise<boolean> => {
  if ((await find()) !== undefined) return false
  try {
    await make()
    return true
  } catch (error) {
    if ((await find()) === undefined) throw error
    return false
  }
}

const configured = (
  { secretKey, now }: LookUpParts,
  accountId: string,
  { id, connector, settings, identity, properties }: PreparedDestination,
) => {
  const sealedSettings = encryptSettings(settings, secretKey, { accountId, destinationId: id })
  return { id, accountId, connector: connector.id, sealedSettings, identity, properties, createdAt: now() }
}

const mend = async (
  parts: LookUpParts,
  stored: StoredDestination,
  prepared: PreparedDestination,
): Promise<void> => {
  const { store, now, log, onMended } = parts
  const change = { ...changedSettings(parts, stored, prepared), ...changedView(stored, prepared.named) }
  if (Object.keys(change).length === 0) return
  const { accountId, id, version } = stored
  const outcome = await store.updateDestination(accountId, id, { ...change, at: now(), version })
  // Another process, or an operator, was first: the next look-up compares again.
  if (outcome !== 'updated') return
  const { isSamePlace: staysThere = true } = change
  log.info({ accountId, destinationId: id, isSamePlace: staysThere }, 'destination.updated')
  onMended()
}

const changedSettings = (
  parts: LookUpParts,
  { accountId, id, sealedSettings }: StoredDestination,
  { connector, settings }: PreparedDestination,
): Pick<DestinationUpdate, 'sealedSettings' | 'isSamePlace'> => {
  const row = { accountId, destinationId: id }
  const before = settingsBefore(sealedSettings, secretKeysOf(parts), row)
  if (isDeepStrictEqual(before, settings)) return {}
  return {
    sealedSettings: encryptSettings(settings, parts.secretKey, row),
    isSamePlace: isSamePlace(connector, before, settings),
  }
}

const changedView = (stored: DestinationView, named: Partial<DestinationView>): Partial<DestinationView> =>
  Object.fromEntries(
    (['identity', 'properties'] as const)
      .filter((name) => named[name] !== undefined && !isDeepStrictEqual(stored[name], named[name]))
      .map((name) => [name, named[name]]),
  )

/** Undefined when they cannot be read, as those of another SECRET_KEY: the new ones take their place. */
const settingsBefore = (...parts: Parameters<typeof decryptSettings>): unknown => {
  try {
    return decryptSettings(...parts)
  } catch {
    return undefined
  }
}
