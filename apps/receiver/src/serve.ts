import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { destination, pino } from 'pino'
import { checkSecretKeys } from './check-secret-keys.ts'
import { compose, type Ingredients } from './compose.ts'
import { readConfig, type Config } from './config.ts'
import { connectors } from './connectors.ts'
import { firstAccount } from './first-account.ts'
import { openDeployment } from './onboarding/open-deployment.ts'
import { openBackend } from './open-backend.ts'
import { readSecretKey } from './read-secret-key.ts'
import { secretKeysOf } from './secret-keys.ts'
import { startProblem } from './start-problem.ts'

/** A stop that takes longer is cut off: what was not finished is sent again after the next start. */
const stopSeconds = 25

const now = (): Date => new Date()

/** Runs the service until a signal ends the process. A start that fails ends it with exit code 1. */
export const serve = (environment: NodeJS.ProcessEnv): void => {
  const reading = readConfig(environment)
  if (!reading.ok) return refuse(reading.problems)
  const { config } = reading
  const opened = openDeployment(config.deploymentFile, { environment, connectors })
  if (!opened.ok) return refuse(opened.problems)
  // Lines are written off the event loop; whoever ends the process writes the last ones.
  const output = destination({ sync: false })
  const end = (exitCode: number): void => {
    output.flushSync()
    process.exit(exitCode)
  }
  const log = pino({ level: config.logLevel, base: null }, output)
  start({ config, deployment: opened.deployment, log }, end).catch((error: Error) => {
    log.fatal({ reason: error.message }, 'receiver.failed')
    console.error(startProblem(error, config))
    end(1)
  })
}

const refuse = (problems: readonly string[]): void => {
  console.error(['The receiver cannot start. Mend these settings:', ...problems].join('\n  '))
  process.exitCode = 1
}

const start = async (
  chosen: Pick<Ingredients, 'config' | 'log' | 'deployment'>,
  end: (exitCode: number) => void,
): Promise<void> => {
  const { config, log } = chosen
  const keys = { secretKey: readSecretKey(config), previousSecretKeys: config.previousSecretKeys }
  const backend = await openBackend(config, log)
  const drain = () => pause(config.drainSeconds * 1000)
  await checkSecretKeys(backend, secretKeysOf(keys))
  const receiver = compose({
    ...backend,
    ...chosen,
    ...keys,
    connectors,
    now,
    random: Math.random,
    drain,
  })
  const stop = async (signal: string): Promise<void> => {
    log.info({ signal }, 'receiver.stopping')
    setTimeout(() => end(0), stopSeconds * 1000).unref()
    await receiver.stop()
    log.info({ signal }, 'receiver.stopped')
    end(0)
  }
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // Said twice it is no other wish: what is under way still ends in order.
      if (isStopping) return
      isStopping = true
      void stop(signal)
    })

  receiver.server.listen(config.port, config.host)
  await once(receiver.server, 'listening')
  const { port } = receiver.server.address() as AddressInfo
  const url = `http://${reachableName(config.host)}:${port}`
  log.info({ url, webhook: `${url}/webhooks/mixpanel`, ...placeOf(config) }, 'receiver.ready')
  if ((await backend.store.countAccounts()) > 0) return
  log.warn('accounts.none')
  // Not in the log line: JSON would escape the quotes, and the command is there to be copied.
  console.error(firstAccount(url, config))
}

/** Without the password that an address of a server holds. */
const placeOf = ({ database, role }: Config): Record<string, string> => ({
  database: database.kind === 'sqlite' ? database.file : 'PostgreSQL',
  role,
})

const reachableName = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
