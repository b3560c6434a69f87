import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createAdmission, type Admission } from './admission.ts'
import type { Ingredients } from './compose.ts'
import type { DatabaseConfig } from './config.ts'

/** Admission with the limits of the configuration. */
export const composeAdmission = (
  { config, store, connectors, log, now, freeDiskBytes }: Ingredients,
  clock: () => number,
): Admission =>
  createAdmission({
    store,
    connectors,
    limits: config,
    freeDiskBytes: freeDiskBytes ?? (() => readFreeDiskBytes(config.database)),
    now,
    clock,
    log,
  })

/** The disk of a database server is not ours to look at: a page that finds no room there is answered 503. */
const readFreeDiskBytes = async (database: DatabaseConfig): Promise<number> => {
  if (database.kind === 'postgres') return Infinity
  const { bavail, bsize } = await statfs(dirname(database.file))
  return bavail * bsize
}
