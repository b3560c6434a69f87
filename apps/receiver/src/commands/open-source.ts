import { openBackupSource, openSqliteSource, type TransferSource } from '@cohort-relay/core'
import { sqliteFileOf } from '../config.ts'

const now = (): Date => new Date()

/** `from`: `sqlite:<file>`, or the path of a backup. */
export const openSource = async (from: string, whileInUse: boolean): Promise<TransferSource> => {
  const path = sqliteFileOf(from)
  return path === undefined ? openBackupSource(from) : openSqliteSource({ path, whileInUse, now })
}
