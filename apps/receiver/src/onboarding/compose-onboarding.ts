import { createAuthenticator, parseApiKey, type Authenticate, type KeyCache } from '@cohort-relay/core'
import type { Admission } from '../admission.ts'
import type { SharedIngredients } from '../compose.ts'
import { connectDestination } from '../connect-destination.ts'
import { secretKeysOf } from '../secret-keys.ts'
import type { Onboarding } from './deployment.ts'
import { createIdentify, type IdentifyParts } from './identify-caller.ts'
import { createKeyGate, type Identify } from './key-gate.ts'
import { createLookUp } from './look-up.ts'
import { createPartnerKeyReader } from './partner-key-reader.ts'
import { createPassThrough } from './pass-through.ts'
import { createRecheck } from './recheck-access.ts'

export interface OnboardingParts {
  readonly ingredients: SharedIngredients
  readonly keys: KeyCache
  readonly closureOf: Admission
  /** Something may be due for delivery. */
  readonly onMended: () => void
  readonly clock: () => number
}

export interface Entrance {
  readonly authenticate: Identify
  readonly closureOf: (accountId: string, keyId: string) => ReturnType<Admission>
}

/**
 * Who may send pages. Keys of the partner's product that are stored open their accounts in any case; only where the
 * deployment says so are unknown ones checked, and accounts made for them.
 */
export const composeEntrance = (parts: OnboardingParts): Entrance => {
  const { ingredients, keys, closureOf } = parts
  const onboarding = ingredients.deployment?.onboarding
  const readPartnerKey = createPartnerKeyReader({
    store: ingredients.store,
    secretKeys: secretKeysOf(ingredients),
    mayBegin: onboarding !== undefined,
  })
  const authenticate = createAuthenticator({
    findKey: keys.findKey,
    recordKeyUse: (keyId, at) => ingredients.store.recordKeyUse(keyId, at),
    readKey: (text) => parseApiKey(text) ?? readPartnerKey(text),
    now: ingredients.now,
    log: ingredients.log,
  })
  if (onboarding === undefined) return { authenticate, closureOf }
  return {
    authenticate: composeIdentify(parts, onboarding, { authenticate, readPartnerKey }),
    closureOf: composeRecheck(parts, onboarding),
  }
}

interface Readers {
  readonly authenticate: Authenticate
  readonly readPartnerKey: IdentifyParts['readPartnerKey']
}

const composeIdentify = (parts: OnboardingParts, { way, limits }: Onboarding, readers: Readers): Identify => {
  const { keys, clock, ingredients } = parts
  const opening = composeOpening(parts, limits.checkSeconds)
  const check = way.kind === 'pass-through' ? createPassThrough(way, opening) : createLookUp(way, opening)
  return createIdentify({
    ...readers,
    gate: createKeyGate({ check, limits, clock }),
    knownGate: createKeyGate({ check, limits, clock }),
    findKey: keys.findKey,
    forget: keys.forget,
    ...(way.kind === 'look-up' && { confirmation: way }),
    now: ingredients.now,
  })
}

const composeOpening = ({ ingredients, onMended }: OnboardingParts, checkSeconds: number) => {
  const { config, store, secretKey, previousSecretKeys = [], connectors, http, log, now } = ingredients
  const { massRemovalPercent, massRemovalMembers } = config
  return {
    store,
    secretKey,
    connectors,
    previousSecretKeys,
    newAccountSettings: { massRemovalPercent, massRemovalMembers },
    http,
    checkSeconds,
    onMended,
    now,
    log,
  }
}

const composeRecheck = (
  { ingredients, closureOf, onMended, clock }: OnboardingParts,
  { limits }: Onboarding,
): Entrance['closureOf'] => {
  const { store, now, log } = ingredients
  const connect = connectDestination(ingredients)
  return createRecheck({ closureOf, store, connect, limits, onMended, clock, now, log })
}
