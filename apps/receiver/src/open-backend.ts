import { hostname } from 'node:os'
import { openPostgresStore, openSqliteStore, type Store } from '@cohort-relay/core'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { openPostgresSignals } from './postgres-signals.ts'
import { localSignals, type WorkSignals } from './work-signals.ts'

export interface Backend {
  readonly store: Store
  readonly signals: WorkSignals
  /** Names this process in the database. */
  readonly holder: string
}

/** Opens what the configuration names. Rejects when it cannot be used. */
export const openBackend = async (config: Config, log: Logger): Promise<Backend> => {
  const { database, sessionSettleSeconds: settleSeconds, role } = config
  const holder = `${hostname()}:${process.pid}`
  if (database.kind === 'sqlite') {
    const store = await openSqliteStore({ path: database.file, settleSeconds })
    return { store, signals: localSignals(), holder }
  }
  const { url, poolSize, allowUnsafe } = database
  const applicationName = `cohort-relay ${role}`
  const store = await openPostgresStore({
    url,
    poolSize,
    applicationName,
    settleSeconds,
    allowUnsafeServer: allowUnsafe,
    log,
  })
  const signals = await openPostgresSignals({ url, log }).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  return { store, signals, holder }
}
