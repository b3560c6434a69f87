import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { openSqliteStore } from '@cohort-relay/core'
import { pino, type Logger } from 'pino'
import { compose } from './compose.ts'
import { readConfig, type Config } from './config.ts'
import { connectors } from './connectors.ts'
import { readSecretKey } from './read-secret-key.ts'

/** A stop that takes longer is cut off: what was not finished is sent again after the next start. */
const stopSeconds = 25

const start = async (config: Config, log: Logger): Promise<void> => {
  const secretKey = readSecretKey(config.secretKey, config.databaseFile)
  const store = await openSqliteStore({ path: config.databaseFile })
  const now = () => new Date()
  const receiver = compose({ config, secretKey, store, connectors, log, now, random: Math.random })
  receiver.server.listen(config.port, config.host)
  await once(receiver.server, 'listening')
  const { port } = receiver.server.address() as AddressInfo
  const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`
  log.info({ url, webhook: `${url}/webhooks/mixpanel`, database: config.databaseFile }, 'receiver.ready')
  if ((await store.countAccounts()) === 0) log.warn({ howTo: firstAccount(url, config) }, 'accounts.none')

  const stop = (signal: string) => {
    log.info({ signal }, 'receiver.stopping')
    setTimeout(() => process.exit(0), stopSeconds * 1000).unref()
    void receiver.stop().then(() => {
      log.info({ signal }, 'receiver.stopped')
      process.exit(0)
    })
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
}

const firstAccount = (url: string, { adminToken }: Config): string => {
  const request = `curl -X POST ${url}/api/accounts -H "authorization: Bearer $ADMIN_TOKEN" -H 'content-type: application/json' -d '{"name":"Acme"}'`
  return adminToken === null
    ? `There is no account yet. Set ADMIN_TOKEN (for example to the output of: openssl rand -hex 32), start again, then: ${request}`
    : `There is no account yet. Make one: ${request}`
}

const reading = readConfig(process.env)
if (reading.ok) {
  const log = pino({ level: reading.config.logLevel, base: null })
  start(reading.config, log).catch((error: Error) => {
    log.fatal({ reason: error.message }, 'receiver.failed')
    process.exitCode = 1
    process.exit()
  })
} else {
  console.error(['The receiver cannot start. Mend these settings:', ...reading.problems].join('\n  '))
  process.exitCode = 1
}
