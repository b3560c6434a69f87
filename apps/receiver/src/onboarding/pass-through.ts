import { randomUUID } from 'node:crypto'
import { accountSettings, type AccountSettings, type Store } from '@cohort-relay/core'
import type { HttpClient } from '@cohort-relay/connector-kit'
import type { Logger } from 'pino'
import { encryptSettings } from '../encrypt-settings.ts'
import type { ConfiguredSecretKeys } from '../secret-keys.ts'
import { checkAccess } from './check-access.ts'
import type { PassThrough } from './deployment.ts'
import { isRevoked, partnerKeyRow } from './partner-key-row.ts'
import type { KeyVerdict, PresentedKey } from './key-gate.ts'
import { fillTemplates, type TemplateValues } from './template.ts'

export interface OpeningParts extends ConfiguredSecretKeys {
  readonly store: Pick<
    Store,
    | 'findKey'
    | 'createAccountWithDestination'
    | 'findAccount'
    | 'addKey'
    | 'confirmKey'
    | 'createDestination'
    | 'listDestinations'
    | 'updateDestination'
  >
  readonly newAccountSettings: Partial<AccountSettings>
  readonly http: HttpClient
  readonly checkSeconds: number
  readonly now: () => Date
  readonly log: Logger
}

/** Checks a key with the partner, and makes its account and destination where it is accepted. */
export const createPassThrough =
  (way: PassThrough, parts: OpeningParts) =>
  async (key: PresentedKey): Promise<KeyVerdict> => {
    const { store, now } = parts
    const known = await store.findKey(key.keyId)
    // Nobody but the operator revokes it, and that counts more than what the partner says.
    if (known !== undefined) return isRevoked(known, now()) ? 'refused' : 'accepted'
    const accountId = randomUUID()
    const values = { 'account.id': accountId, 'account.shortId': accountId.slice(0, 8) }
    const checked = await checkedSettings(way, parts, { key, values })
    if (typeof checked === 'string') return checked
    return open({ way, parts, key, values, settings: checked.settings })
  }

interface Asked {
  readonly key: PresentedKey
  readonly values: TemplateValues
}

/** The settings that the key makes, once the partner has accepted them. */
const checkedSettings = async (
  { destination: { connector, settings } }: PassThrough,
  { http, log, now, checkSeconds }: OpeningParts,
  { key: { keyId, text }, values }: Asked,
): Promise<KeyVerdict | { readonly settings: unknown }> => {
  const about = { keyId, connector: connector.id }
  const { data, error } = await connector.settings.safeParseAsync(
    fillTemplates(settings, { ...values, apiKey: text }),
  )
  if (error !== undefined) {
    const fields = error.issues.map(({ path }) => path.join('.'))
    log.warn({ ...about, reason: 'unusable', fields }, 'key.refused')
    return 'refused'
  }
  const destination = connector.connect(data, { http, log: log.child(about), now })
  const access = await checkAccess(destination, { seconds: checkSeconds, now })
  if (access.kind === 'granted') return { settings: data }
  log.warn({ ...about, reason: access.reason }, access.kind === 'refused' ? 'key.refused' : 'key.unchecked')
  return access.kind === 'refused' ? 'refused' : 'unchecked'
}

interface Opening extends Asked {
  readonly way: PassThrough
  readonly parts: OpeningParts
  readonly settings: unknown
}

const open = async ({ way, parts, key, values, settings }: Opening): Promise<KeyVerdict> => {
  const { store, secretKey, newAccountSettings, now, log } = parts
  const { connector, identity, properties } = way.destination
  const [accountId, destinationId, createdAt] = [values['account.id'] ?? '', randomUUID(), now()]
  const account = {
    id: accountId,
    name: typeof way.accountName === 'string' ? way.accountName : way.accountName(values),
    createdAt,
    settings: accountSettings.parse(newAccountSettings),
  }
  const outcome = await store.createAccountWithDestination(
    account,
    partnerKeyRow(key, { accountId, createdAt, confirmedAt: null }),
    {
      id: destinationId,
      accountId,
      connector: connector.id,
      sealedSettings: encryptSettings(settings, secretKey, { accountId, destinationId }),
      identity,
      properties,
      createdAt,
    },
  )
  // Another process was first where it exists: its account is the one.
  if (outcome === 'created')
    log.info({ accountId, destinationId, keyId: key.keyId, connector: connector.id }, 'account.onboarded')
  return 'accepted'
}
