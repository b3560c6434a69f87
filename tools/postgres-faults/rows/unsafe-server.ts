import { openPostgresStore } from '@cohort-relay/core'
import type { Client } from 'pg'
import type { FaultRow, Finding, PlayParts } from '../fault-row.ts'
import { openWorld, type World } from '../open-world.ts'

/** A server or database that must not be used, and the words of the remedy. */
interface Misconfiguration {
  readonly name: string
  /** Settings of the server. */
  readonly settings?: Readonly<Record<string, string>>
  /** Asked of a good database, to spoil it. */
  readonly sql?: string
  /** Made instead of a good database. */
  readonly create?: string
  readonly remedy: RegExp
}

const misconfigurations: readonly Misconfiguration[] = [
  { name: 'fsync off', settings: { fsync: 'off' }, remedy: /Set fsync = on/ },
  {
    name: 'full_page_writes off',
    settings: { full_page_writes: 'off' },
    remedy: /Set full_page_writes = on/,
  },
  {
    name: 'synchronous_commit off, server',
    settings: { synchronous_commit: 'off' },
    remedy: /synchronous_commit is off.*Set it to on/,
  },
  {
    name: 'synchronous_commit off, role',
    sql: 'ALTER ROLE postgres SET synchronous_commit = off',
    remedy: /synchronous_commit is off.*this user/,
  },
  {
    name: 'synchronous_commit off, database',
    sql: 'ALTER DATABASE relay SET synchronous_commit = off',
    remedy: /synchronous_commit is off.*this database/,
  },
  {
    name: 'default_transaction_read_only, server',
    settings: { default_transaction_read_only: 'on' },
    remedy: /takes no writes.*primary/,
  },
  {
    name: 'default_transaction_read_only, role',
    sql: 'ALTER ROLE postgres SET default_transaction_read_only = on',
    remedy: /takes no writes.*default_transaction_read_only/,
  },
  {
    name: 'no schema',
    create: 'CREATE DATABASE relay',
    remedy: /has schema 0.*Run: cohort-relay migrate/,
  },
  {
    name: 'a newer schema',
    sql: 'INSERT INTO cohort_relay.migration(number, needs_program) VALUES(9999, 9999)',
    remedy: /has schema 9999.*Update the program/,
  },
  {
    name: 'a database in SQL_ASCII',
    create: "CREATE DATABASE relay ENCODING 'SQL_ASCII' TEMPLATE template0",
    remedy: /not in UTF8.*ENCODING UTF8/,
  },
]

/** Undefined: it would have been used. */
type Judge = (url: string) => Promise<string | undefined>

const openStore: Judge = async (url) => {
  try {
    await (await openPostgresStore({ url, poolSize: 2 })).close()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What a check that looks at the server's own settings alone would see. */
const serverSettingsSql = `SELECT string_agg(name || ' is off. Set it to on', '. ') AS problem FROM pg_settings
  WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
  AND (CASE WHEN source IN ('database', 'user') THEN boot_val ELSE setting END) = 'off'`

const spoil = async (world: World, { sql, create }: Misconfiguration): Promise<string> => {
  const { url } = world.server
  const client: Client = await world.connect(url)
  // A server that takes no writes by default takes them from whoever asks.
  await client.query('SET default_transaction_read_only = off')
  await client.query('DROP DATABASE IF EXISTS relay')
  const good = await world.createDatabase()
  const name = /\/(?<name>relay_\d+)\?/.exec(good)?.groups?.['name'] ?? ''
  await client.query(create ?? `CREATE DATABASE relay TEMPLATE ${name}`)
  const spoiled = url.replace('/postgres?', '/relay?')
  if (sql !== undefined) await world.ask(spoiled, sql)
  return spoiled
}

const judgeAll = async (judge: Judge, parts: PlayParts): Promise<Finding> => {
  const problems: string[] = []
  const world = await openWorld(parts.cleanup)
  for (const one of misconfigurations) {
    const url = await spoil(world, one)
    await world.server.stop('fast')
    await world.server.start(one.settings)
    const said = await judge(url)
    if (said === undefined) problems.push(`${one.name}: was used`)
    else if (!one.remedy.test(said)) problems.push(`${one.name}: says only "${said}"`)
    await world.server.stop('fast')
    await world.server.start()
    await world.ask(world.server.url, 'BEGIN READ WRITE; ALTER ROLE postgres RESET ALL; COMMIT')
    parts.tick()
  }
  const n = misconfigurations.length
  return { n, figure: `${n - problems.length} of ${n} refused with the remedy`, problems }
}

export const unsafeServer: FaultRow = {
  id: 'A-04',
  fault: 'started on a server or database that is not fit',
  invariant: 'refused, the remedy named: 100 %',
  runs: misconfigurations.length,
  quickRuns: 0,
  play: (parts) => judgeAll(openStore, parts),
  control: {
    broken: "a check of the server's own settings alone",
    runs: misconfigurations.length,
    play: async (parts) => {
      const world = await openWorld(parts.cleanup)
      const [, , , role] = misconfigurations
      const url = await spoil(world, role!)
      const [row] = await world.ask(url, serverSettingsSql)
      const problems = row?.['problem'] === null ? [`${role!.name}: was used`] : []
      return { n: 1, figure: `${problems.length} of 1 missed`, problems }
    },
  },
}
