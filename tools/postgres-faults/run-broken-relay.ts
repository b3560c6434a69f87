import { once } from 'node:events'
import { hostname } from 'node:os'
import type { AddressInfo } from 'node:net'
import { openPostgresStore, type Store } from '@cohort-relay/core'
import { compose, connectors, readConfig, type Ingredients } from '@cohort-relay/receiver'

const write =
  (level: string) =>
  (fields: object | string, message?: string): void =>
    console.log(JSON.stringify({ level, ...(typeof fields === 'object' && fields), msg: message ?? fields }))
const log = {
  debug: () => {},
  info: write('info'),
  warn: write('warn'),
  error: write('error'),
  child: () => log,
}

/** The service with its real parts, as its environment says, on a store that is broken on purpose. Woken by nobody. */
export const runBrokenRelay = async (breaking: (store: Store, url: string) => Store): Promise<void> => {
  const reading = readConfig(process.env)
  if (!reading.ok || reading.config.secretKey === null || reading.config.database.kind !== 'postgres')
    throw new Error('The control needs its settings.')
  const { config } = reading
  const { url } = reading.config.database
  const { server } = compose({
    config,
    secretKey: reading.config.secretKey,
    store: breaking(await openPostgresStore({ url }), url),
    connectors,
    log: log as unknown as Ingredients['log'],
    now: () => new Date(),
    random: Math.random,
    holder: `${hostname()}:${process.pid}`,
  })
  server.listen(config.port, config.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ msg: 'receiver.ready', url: `http://127.0.0.1:${port}` }))
}
