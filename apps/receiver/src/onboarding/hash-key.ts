import { randomBytes } from 'node:crypto'
import type { Store } from '@cohort-relay/core'
import { secretKeyProblem } from '../check-secret-keys.ts'
import { decryptSettings, encryptSettings } from '../encrypt-settings.ts'
import type { SecretKeys } from '../secret-keys.ts'

export interface HashKeyParts {
  readonly store: Pick<Store, 'findSecret' | 'keepSecret' | 'replaceSecret' | 'countSealedByKey'>
  readonly secretKeys: SecretKeys
}

/** What keys are hashed with was encrypted by a SECRET_KEY that this process does not have. */
class OtherSecretKeyError extends Error {
  override readonly name = 'OtherSecretKeyError'
}

const secretName = 'partner-key-hash'
const row = { accountId: '', destinationId: secretName }

/**
 * What keys of the partner's product are hashed with. It is made once and kept encrypted, so that a copy of the database
 * tells nothing of them, and so that they are found again after the secret key was exchanged. `mayBegin`: makes it where
 * there is none.
 */
export const loadHashKey = async (
  parts: HashKeyParts,
  mayBegin: boolean,
): Promise<Uint8Array | undefined> => {
  const { store, secretKeys } = parts
  const found = await store.findSecret(secretName)
  const sealed = found ?? (mayBegin ? await store.keepSecret(secretName, sealNew(secretKeys)) : undefined)
  if (sealed === undefined) return undefined
  return open(sealed, secretKeys) ?? replace(sealed, parts)
}

/** Encrypts it anew with the newest secret key. Safe to repeat. */
export const resealHashKey = async ({ store, secretKeys }: HashKeyParts): Promise<void> => {
  const sealed = await store.findSecret(secretName)
  const hashKey = sealed === undefined ? undefined : open(sealed, secretKeys)
  if (sealed === undefined || hashKey === undefined) return
  await store.replaceSecret(secretName, sealed, seal(hashKey, secretKeys))
}

/** Made anew only where no destination is lost as well: a SECRET_KEY that is wrong by mistake would double accounts. */
const replace = async (sealed: string, { store, secretKeys }: HashKeyParts): Promise<Uint8Array> => {
  if (secretKeyProblem(await store.countSealedByKey(), secretKeys) !== undefined)
    throw new OtherSecretKeyError(
      'The keys of customers need the SECRET_KEY used before: start with that one.',
    )
  await store.replaceSecret(secretName, sealed, sealNew(secretKeys))
  const hashKey = open(await store.keepSecret(secretName, sealNew(secretKeys)), secretKeys)
  if (hashKey === undefined)
    throw new OtherSecretKeyError('Another process has another SECRET_KEY: give all of them the same.')
  return hashKey
}

const sealNew = (secretKeys: SecretKeys): string => seal(randomBytes(32), secretKeys)

const seal = (hashKey: Uint8Array, [current]: SecretKeys): string =>
  encryptSettings(Buffer.from(hashKey).toString('base64'), current, row)

const open = (sealed: string, secretKeys: SecretKeys): Uint8Array | undefined => {
  try {
    return Buffer.from(String(decryptSettings(sealed, secretKeys, row)), 'base64')
  } catch {
    return undefined
  }
}
