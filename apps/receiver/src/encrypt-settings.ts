import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'

/** The row that settings belong to. Settings moved to another row do not decrypt. */
export interface SettingsRow {
  readonly accountId: string
  readonly destinationId: string
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
const version = 'v1'

/** `v1.<key id>.<iv>.<tag>.<ciphertext>`, parts in base64url. `secretKey` has 32 bytes. Different every time. */
export const encryptSettings = (settings: unknown, secretKey: Uint8Array, row: SettingsRow): string => {
  const keyId = keyIdOf(secretKey)
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, secretKey, iv, { authTagLength: tagBytes })
  cipher.setAAD(associatedData(keyId, row))
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(settings), 'utf8'), cipher.final()])
  const parts = [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))
  return [version, keyId, ...parts].join('.')
}

/** Throws when the text was changed, belongs to another row or was encrypted with a key that is none of these. */
export const decryptSettings = (
  text: string,
  secretKeys: readonly Uint8Array[],
  row: SettingsRow,
): unknown => {
  const [textVersion, keyId = '', ...parts] = text.split('.')
  const [iv, tag, ciphertext] = parts.map(fromBase64url)
  if (textVersion !== version || parts.length !== 3 || !iv || !tag || !ciphertext) throw unreadable()
  const secretKey = secretKeys.find((key) => keyIdOf(key) === keyId)
  if (secretKey === undefined) {
    throw new Error('The settings were encrypted with another SECRET_KEY: start with the one used before.')
  }
  if (iv.length !== ivBytes || tag.length !== tagBytes) throw unreadable()
  const decipher = createDecipheriv(algorithm, secretKey, iv, { authTagLength: tagBytes })
  decipher.setAAD(associatedData(keyId, row)).setAuthTag(tag)
  return JSON.parse(finish(decipher, ciphertext))
}

const finish = (decipher: ReturnType<typeof createDecipheriv>, ciphertext: Buffer): string => {
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw unreadable(cause)
  }
}

const unreadable = (cause?: unknown): Error =>
  new Error(
    'The stored settings are damaged or belong to another destination: configure the destination again.',
    {
      cause,
    },
  )

// A list in JSON has one reading: no two rows share it.
const associatedData = (keyId: string, { accountId, destinationId }: SettingsRow): Buffer =>
  Buffer.from(JSON.stringify([version, keyId, accountId, destinationId]))

/** Tells keys apart and nothing of them. 8 characters. */
export const keyIdOf = (secretKey: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from('cohort-relay settings key'), secretKey]), 'base64url').slice(
    0,
    8,
  )

// Node's decoder overlooks stray characters: only the exact text counts.
const fromBase64url = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
