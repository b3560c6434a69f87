import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { openSqliteStore } from '@cohort-relay/core'
import { destination, pino, type Logger } from 'pino'
import { compose } from './compose.ts'
import { readConfig, type Config } from './config.ts'
import { connectors } from './connectors.ts'
import { readSecretKey } from './read-secret-key.ts'

/** A stop that takes longer is cut off: what was not finished is sent again after the next start. */
const stopSeconds = 25

const now = (): Date => new Date()

// Lines are written off the event loop; whoever ends the process writes the last ones.
const output = destination({ sync: false })

const end = (exitCode: number): void => {
  output.flushSync()
  process.exit(exitCode)
}

const start = async (config: Config, log: Logger): Promise<void> => {
  const secretKey = readSecretKey(config.secretKey, config.databaseFile)
  const store = await openSqliteStore({
    path: config.databaseFile,
    settleSeconds: config.sessionSettleSeconds,
  })
  const receiver = compose({ config, secretKey, store, connectors, log, now, random: Math.random })
  const stop = async (signal: string): Promise<void> => {
    log.info({ signal }, 'receiver.stopping')
    setTimeout(() => end(0), stopSeconds * 1000).unref()
    await receiver.stop()
    log.info({ signal }, 'receiver.stopped')
    end(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))

  receiver.server.listen(config.port, config.host)
  await once(receiver.server, 'listening')
  const { port } = receiver.server.address() as AddressInfo
  const url = `http://${reachableName(config.host)}:${port}`
  log.info({ url, webhook: `${url}/webhooks/mixpanel`, database: config.databaseFile }, 'receiver.ready')
  if ((await store.countAccounts()) > 0) return
  log.warn('accounts.none')
  // Not in the log line: JSON would escape the quotes, and the command is there to be copied.
  console.error(firstAccount(url, config))
}

/** What to do about a failed start, in words. */
const startProblem = (error: Error & { code?: string }, { port, host }: Config): string => {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is taken. Stop the other program, or set PORT to a free one.`
  if (error.code === 'EACCES') return `Port ${port} may not be used by this user. Set PORT to one above 1023.`
  if (error.code === 'ENOTFOUND' || error.code === 'EADDRNOTAVAIL')
    return `HOST ${host} is no address of this machine.`
  return `The receiver could not start: ${error.message}`
}

const reachableName = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const firstAccount = (url: string, { adminToken }: Config): string => {
  const request = `  curl -X POST ${url}/api/accounts -H "authorization: Bearer $ADMIN_TOKEN" -H 'content-type: application/json' -d '{"name":"Acme"}'`
  const noToken = [
    'There is no account yet, and the admin API that makes one is off. Stop this program and start it with a token:',
    '  export ADMIN_TOKEN=$(openssl rand -hex 32)',
    '  npm start',
    'Then, in another terminal that has the same ADMIN_TOKEN:',
  ]
  return [
    ...(adminToken === null
      ? noToken
      : ['There is no account yet. Make one, in another terminal that has the same ADMIN_TOKEN:']),
    request,
  ].join('\n')
}

const reading = readConfig(process.env)
if (reading.ok) {
  const log = pino({ level: reading.config.logLevel, base: null }, output)
  start(reading.config, log).catch((error: Error) => {
    log.fatal({ reason: error.message }, 'receiver.failed')
    console.error(startProblem(error, reading.config))
    end(1)
  })
} else {
  console.error(['The receiver cannot start. Mend these settings:', ...reading.problems].join('\n  '))
  process.exitCode = 1
}
