import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { DatabaseInspection } from '../database-inspection.ts'
import { describeFailure } from './describe-failure.ts'
import { migrations } from './migrations.ts'
import { sealedSettingsOperations } from './sealed-settings-operations.ts'

/** Looks into the file without changing it, also while a process has it open. Undefined: there is none yet. */
export const inspectSqlite = async (path: string): Promise<DatabaseInspection | undefined> => {
  if (!existsSync(path)) return undefined
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 1000 })
    return inspect(database)
  } catch (error) {
    return { problem: describeFailure(error).message, risks: [], skewMilliseconds: null, sealed: [] }
  } finally {
    database?.close()
  }
}

const inspect = (database: DatabaseSync): DatabaseInspection => {
  const schema = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  // An older one is brought up to date when it is opened, and its tables are not those that are known here.
  if (schema !== migrations.length)
    return { ...schemaInspection(schema), risks: [], skewMilliseconds: null, sealed: [] }
  const sealed = sealedSettingsOperations(database).listSealedSettings({ limit: Number.MAX_SAFE_INTEGER })
  return { problem: null, risks: [], skewMilliseconds: null, sealed }
}

const schemaInspection = (schema: number): { readonly problem: string | null } => ({
  problem:
    schema > migrations.length
      ? `The database has schema ${schema}; this program knows ${migrations.length}. Update the program.`
      : null,
})
