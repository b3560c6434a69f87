import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cleanup } from './cleanup.ts'

/** A temporary folder that goes with the cleanup. */
export const makeFolder = (prefix: string, cleanup: Cleanup): string => {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  cleanup.add({ undo: async () => remove(), undoNow: remove })
  return folder
}
