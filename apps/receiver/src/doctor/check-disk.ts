import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const check = 'disk'
const gigabyte = 1024 ** 3

/** Room for the embedded database. The disk of a database server cannot be seen from here. */
export const checkDisk = async (
  { database, minFreeDiskBytes }: Config,
  freeBytes: (folder: string) => Promise<number> = readFreeBytes,
): Promise<Finding> => {
  if (database.kind === 'postgres')
    return ok(check, 'it is that of the database server, which cannot be seen from here')
  try {
    const free = await freeBytes(dirname(database.file))
    const told = `${(free / gigabyte).toFixed(1)} GB are free`
    const remedy = `Make room: below ${(minFreeDiskBytes / gigabyte).toFixed(1)} GB (MIN_FREE_DISK_BYTES) every page is answered 429.`
    if (free < minFreeDiskBytes) return fail(check, told, remedy)
    return free < 2 * minFreeDiskBytes ? warn(check, told, remedy) : ok(check, told)
  } catch {
    return ok(check, `the folder ${dirname(database.file)} is not there yet`)
  }
}

const readFreeBytes = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
