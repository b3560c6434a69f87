import type { RequestHandler } from 'express'
import { adminRoutesOf, createAdminApi, type AdminApiParts } from './admin/create-admin-api.ts'
import { documentation } from './admin/documentation.ts'
import { openapiDocument } from './admin/openapi-document.ts'
import type { SharedIngredients } from './compose.ts'
import { configureDestination } from './connect-destination.ts'
import { decryptSettings, encryptSettings } from './encrypt-settings.ts'
import { resealHashKey } from './onboarding/hash-key.ts'
import { secretKeysOf } from './secret-keys.ts'
import type { WorkSignals } from './work-signals.ts'

/** A partner that does not answer a check by then cannot be asked now. */
const checkSeconds = 10

/** The admin API and its documentation. */
export const composeAdmin = (
  ingredients: SharedIngredients,
  signals: WorkSignals,
): { readonly adminApi: RequestHandler; readonly documents: RequestHandler } => {
  const parts = partsOf(ingredients, signals)
  const routes = adminRoutesOf(parts)
  return { adminApi: createAdminApi(parts, routes), documents: documentation(() => openapiDocument(routes)) }
}

const partsOf = (ingredients: SharedIngredients, signals: WorkSignals): AdminApiParts => {
  const { config, store, connectors, log, now, clock = () => performance.now() } = ingredients
  const secretKeys = secretKeysOf(ingredients)
  const { massRemovalPercent, massRemovalMembers } = config
  return {
    adminToken: config.adminToken,
    callsPerSecond: config.adminCallsPerSecond,
    accounts: store,
    destinations: store,
    ledger: store,
    tokens: store,
    audit: store,
    newAccountSettings: { massRemovalPercent, massRemovalMembers },
    connectors,
    sealSettings: (settings, row) => encryptSettings(settings, ingredients.secretKey, row),
    openSettings: (sealed, row) => decryptSettings(sealed, secretKeys, row),
    secretKeys,
    resealShared: () => resealHashKey({ store, secretKeys }),
    connect: configureDestination(ingredients),
    checkSeconds,
    log,
    now,
    clock,
    onWork: () => signals.announce('deliver'),
    onDeletion: () => {
      signals.announce('apply')
      signals.announce('deliver')
    },
    onApproval: () => signals.announce('apply'),
  }
}
