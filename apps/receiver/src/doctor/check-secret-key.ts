import { existsSync, statSync } from 'node:fs'
import type { DatabaseInspection } from '@cohort-relay/core'
import type { Config } from '../config.ts'
import { decryptSettings } from '../encrypt-settings.ts'
import { readSecretKey, secretKeyFile } from '../read-secret-key.ts'
import { secretKeysOf } from '../secret-keys.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

const check = 'secret key'
const putBack = 'Set SECRET_KEY to the key that was used until now, or put back secret.key from the backup.'

/** Whether the key can be read and is the one that the stored settings were encrypted with. Makes none. */
export const checkSecretKey = (config: Config, inspection: DatabaseInspection | undefined): Finding[] => {
  const sealed = inspection?.sealed ?? []
  const file = secretKeyFile(config)
  if (file !== undefined && !existsSync(file))
    return sealed.length === 0
      ? [ok(check, `there is none yet: the server makes ${file} when it starts`)]
      : [fail(check, `${file} is gone, and ${sealed.length} destinations were encrypted with it`, putBack)]
  try {
    const { previousSecretKeys } = config
    const keys = secretKeysOf({ secretKey: readSecretKey(config), previousSecretKeys })
    return [...rightsFindings(file), matching(keys, sealed)]
  } catch (error) {
    return [fail(check, (error as Error).message, putBack)]
  }
}

const matching = (keys: readonly Uint8Array[], sealed: DatabaseInspection['sealed']): Finding => {
  const problems = sealed.flatMap((one) => problemOf(keys, one) ?? [])
  if (problems.length === 0)
    return ok(
      check,
      sealed.length === 0 ? 'readable; nothing is encrypted yet' : `opens all ${sealed.length} destinations`,
    )
  return fail(
    check,
    `does not open ${problems.length} of ${sealed.length} destinations. ${problems[0]}`,
    putBack,
  )
}

const problemOf = (
  keys: readonly Uint8Array[],
  { sealedSettings, ...row }: DatabaseInspection['sealed'][number],
): string | undefined => {
  try {
    decryptSettings(sealedSettings, keys, row)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const rightsFindings = (file: string | undefined): Finding[] => {
  if (file === undefined || (statSync(file).mode & 0o077) === 0) return []
  return [warn(check, `others than its owner may read ${file}`, `Take their rights away: chmod 600 ${file}`)]
}
