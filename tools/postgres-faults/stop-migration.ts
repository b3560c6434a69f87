import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { migrate, migrateProgram } from './migrate.ts'
import type { RelayWorld } from './open-relay-world.ts'

let databases = 0

/** Migrates an empty database, is told to end on the way, and migrates again. Resolves with its address. */
export const stopMigration = async (
  { world, url, environment }: Pick<RelayWorld, 'world' | 'url' | 'environment'>,
  milliseconds: number,
): Promise<string> => {
  const name = `migrated_${(databases += 1)}`
  await world.ask(url, `CREATE DATABASE ${name}`)
  const target = url.replace(/\/relay_\d+\?/, `/${name}?`)
  const env = { ...process.env, ...environment, DATABASE_URL: target }
  const child = spawn(process.execPath, [migrateProgram, 'migrate'], { env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  await Promise.race([setTimeout(milliseconds), ended])
  child.kill('SIGTERM')
  await ended
  await migrate({ ...environment, DATABASE_URL: target })
  return target
}
