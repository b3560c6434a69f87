import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createAdmission, type Admission } from './admission.ts'
import type { Ingredients } from './compose.ts'

/** Admission with the limits of the configuration. */
export const composeAdmission = (
  { config, store, connectors, log, now, freeDiskBytes }: Ingredients,
  clock: () => number,
): Admission =>
  createAdmission({
    store,
    connectors,
    limits: config,
    freeDiskBytes: freeDiskBytes ?? (() => readFreeDiskBytes(dirname(config.databaseFile))),
    now,
    clock,
    log,
  })

const readFreeDiskBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
