// The negative control: a receiver of the real parts with one fault, that a page is acknowledged first and stored a
// moment later. A kill in between loses what Mixpanel was told is safe, and the check must notice.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { openSqliteStore, type ArrivedPage, type PageReceipt, type Store } from '@cohort-relay/core'
import { compose, connectors, readConfig, type Ingredients } from '@cohort-relay/receiver'

const storingDelay = 100

const acknowledgeFirst = (store: Store): Store => ({
  ...store,
  storePage: async (page: ArrivedPage): Promise<PageReceipt> => {
    void setTimeout(storingDelay).then(() => store.storePage(page))
    return { decision: 'stored', altered: null, canApply: true, held: false }
  },
})

const nothing = (): void => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silent }

const reading = readConfig(process.env)
if (!reading.ok || reading.config.secretKey === null || reading.config.database.kind !== 'sqlite')
  throw new Error('The control needs its settings.')
const { config } = reading
const store = acknowledgeFirst(await openSqliteStore({ path: reading.config.database.file }))
const { server } = compose({
  config,
  secretKey: reading.config.secretKey,
  store,
  connectors,
  log: silent as unknown as Ingredients['log'],
  now: () => new Date(),
  random: Math.random,
})
server.listen(config.port, config.host)
await once(server, 'listening')
const { port } = server.address() as AddressInfo
console.log(JSON.stringify({ msg: 'receiver.ready', url: `http://127.0.0.1:${port}` }))
