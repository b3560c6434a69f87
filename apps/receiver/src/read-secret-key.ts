import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from './config.ts'

const keyBytes = 32

/**
 * The key that partner credentials are encrypted with: the configured one, else the one in `secret.key` beside the SQLite
 * file, which is made once and readable by this user only.
 */
export const readSecretKey = ({
  secretKey,
  database,
}: Pick<Config, 'secretKey' | 'database'>): Uint8Array => {
  if (secretKey !== null) return secretKey
  if (database.kind === 'postgres') throw new Error('SECRET_KEY must be set on PostgreSQL.')
  const file = fileBeside(database.file)
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, randomBytes(keyBytes).toString('base64'), { mode: 0o600, flag: 'wx' })
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== keyBytes)
    throw new Error(
      `${file} is damaged: put back the file of the last backup, or set SECRET_KEY to the key it held.`,
    )
  return key
}

/** Where the key is kept; undefined: the configuration names the key itself. */
export const secretKeyFile = ({
  secretKey,
  database,
}: Pick<Config, 'secretKey' | 'database'>): string | undefined =>
  secretKey !== null || database.kind === 'postgres' ? undefined : fileBeside(database.file)

const fileBeside = (databaseFile: string): string => join(dirname(databaseFile), 'secret.key')
