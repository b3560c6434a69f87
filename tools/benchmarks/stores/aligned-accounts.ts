import { randomBytes } from 'node:crypto'
import { generateApiKey } from '@cohort-relay/core'
import { encryptSettings } from '@cohort-relay/receiver'
import { query } from './database-server.ts'
import type { Installation } from './start-relay.ts'

/** An account with a key and a destination; its only cohort is yet to come. */
export interface AlignedAccount {
  readonly id: string
  readonly key: string
}

const insertSql = [
  `INSERT INTO cohort_relay.account(id, name, created_at, settings) SELECT id, id, now(), '{}' FROM unnest($1::text[]) AS id`,
  `INSERT INTO cohort_relay.account_key(key_id, account_id, hash, label, created_at)
   SELECT key_id, id, hash, 'first', now() FROM unnest($1::text[], $2::text[], $3::bytea[]) AS made(id, key_id, hash)`,
  `INSERT INTO cohort_relay.destination(id, account_id, connector, sealed_settings, identity, properties, created_at)
   SELECT id, id, 'webhook', sealed, '[{"property":"email","kind":"email"}]', '"all"', now()
   FROM unnest($1::text[], $2::text[]) AS made(id, sealed)`,
] as const

/** Inserted by three statements: over the admin API they would take longer than what is measured. */
export const insertAlignedAccounts = async (
  { databaseUrl, secretKey }: Installation,
  count: number,
  settings: object,
): Promise<readonly AlignedAccount[]> => {
  const keyBytes = Buffer.from(secretKey, 'base64')
  const made = Array.from({ length: count }, (_, index) => {
    const id = `aligned-${index}`
    const sealed = encryptSettings(settings, keyBytes, { accountId: id, destinationId: id })
    return { ...generateApiKey(randomBytes), id, sealed }
  })
  const ids = made.map(({ id }) => id)
  await query(databaseUrl, insertSql[0], [ids])
  await query(databaseUrl, insertSql[1], [
    ids,
    made.map(({ keyId }) => keyId),
    made.map(({ secretHash }) => Buffer.from(secretHash)),
  ])
  await query(databaseUrl, insertSql[2], [ids, made.map(({ sealed }) => sealed)])
  await query(databaseUrl, 'ANALYZE')
  return made.map(({ id, key }) => ({ id, key }))
}
