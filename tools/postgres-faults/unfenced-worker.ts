// The negative control: a worker of the real parts on a store without the fence, which takes whatever the newest lease
// is for the turn's own. What a zombie records late is kept then, and the row must notice.
import { once } from 'node:events'
import { hostname } from 'node:os'
import type { AddressInfo } from 'node:net'
import { openPostgresStore, type Store } from '@cohort-relay/core'
import { compose, connectors, readConfig, type Ingredients } from '@cohort-relay/receiver'
import { Pool } from 'pg'

type Turn = Parameters<Store['recordOutcomes']>[0]

const unfenced = (store: Store, url: string): Store => {
  const pool = new Pool({ connectionString: url, max: 2 })
  const renewed = async (turn: Turn): Promise<Turn> => {
    const sql = 'SELECT lease::integer FROM cohort_relay.destination WHERE id = $1'
    const { rows } = await pool.query<{ lease: number }>(sql, [turn.destinationId])
    return { ...turn, lease: rows[0]?.lease ?? turn.lease }
  }
  return {
    ...store,
    renewLease: async () => true,
    recordOutcomes: async (turn, outcomes) => store.recordOutcomes(await renewed(turn), outcomes),
    recordAudience: async (turn, id) => store.recordAudience(await renewed(turn), id),
    postponeFeed: async (turn, postponement) => store.postponeFeed(await renewed(turn), postponement),
  }
}

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

const reading = readConfig(process.env)
if (!reading.ok || reading.config.secretKey === null || reading.config.database.kind !== 'postgres')
  throw new Error('The control needs its settings.')
const { config } = reading
const { url } = reading.config.database
// A lease that its holder never sees run out.
const { server } = compose({
  config: { ...config, leaseSeconds: config.leaseSeconds },
  secretKey: reading.config.secretKey,
  store: unfenced(await openPostgresStore({ url }), url),
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
