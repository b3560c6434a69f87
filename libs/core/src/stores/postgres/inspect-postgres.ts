import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { DatabaseInspection } from '../database-inspection.ts'
import { checkServer } from './check-server.ts'
import { openDatabase, type Database } from './database.ts'
import { sealedSettingsOperations } from './sealed-settings-operations.ts'

export interface InspectPostgresOptions {
  readonly url: string
  readonly now: () => Date
}

/** Looks into the database without changing it. */
export const inspectPostgres = async ({ url, now }: InspectPostgresOptions): Promise<DatabaseInspection> => {
  const quiet = { warn: () => {} }
  const database = openDatabase({ url, poolSize: 1, applicationName: 'cohort-relay doctor', log: quiet })
  try {
    const risks = await checkServer(database)
    return {
      problem: null,
      risks,
      skewMilliseconds: await skewOf(database, now),
      sealed: await sealedSettingsOperations(database).listSealedSettings({ limit: Number.MAX_SAFE_INTEGER }),
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error
    return { problem: error.message, risks: [], skewMilliseconds: null, sealed: [] }
  } finally {
    await database.close()
  }
}

/** Half the time of the call belongs to the way there. */
const skewOf = async (database: Database, now: () => Date): Promise<number> => {
  const before = now().getTime()
  const row = await database.one('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS milliseconds')
  return Math.round(Number(row?.['milliseconds']) - (before + now().getTime()) / 2)
}
