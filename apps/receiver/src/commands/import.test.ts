import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import {
  defaultAccountSettings,
  migratePostgres,
  openPostgresStore,
  openSqliteStore,
  readCohortPage,
} from '@cohort-relay/core'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { runCohortRelay } from '../testing/run-cohort-relay.ts'
import { temporaryFolder } from '../testing/run-receiver.ts'

const at = new Date('2026-11-26T00:00:00Z')

/** A file with one cohort of so many members, which the last of two pages has yet to complete. */
const makeFile = async (members: number) => {
  const path = join(temporaryFolder(), 'cohort-relay.db')
  const store = await openSqliteStore({ path, stepMilliseconds: 1000 })
  const account = { id: 'acme', name: 'Acme', createdAt: at, settings: defaultAccountSettings }
  const times = { createdAt: at, lastUsedAt: null, revokedAt: null }
  const hash = new Uint8Array([0, 127, 255])
  await store.createAccount(account, { keyId: 'key', accountId: 'acme', hash, label: 'first', ...times })
  const people = Array.from({ length: members }, (_, index) => ({ mixpanel_distinct_id: `p${index}` }))
  await store.storePage(pageOf(people))
  while (await store.applyNext(at));
  return { path, store, from: `sqlite:${path}` }
}

const pageOf = (members: readonly unknown[]) => {
  const parameters = {
    mixpanel_project_id: '1',
    mixpanel_cohort_id: 'trial',
    mixpanel_session_id: 's',
    members,
  }
  const body = Buffer.from(JSON.stringify({ action: 'members', parameters }))
  const reading = readCohortPage(body)
  if (!reading.ok) throw new Error(reading.refusal)
  return { accountId: 'acme', page: reading.page, body, receivedAt: at }
}

const makeTarget = async (): Promise<string> => {
  const name = `commands_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: inject('postgres') })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`).finally(() => void client.end())
  const url = inject('postgres').replace('/postgres?', `/${name}?`)
  await migratePostgres(url)
  return url
}

const open = (url: string) => openPostgresStore({ url, poolSize: 1, allowUnsafeServer: true })

const cohortsIn = async (url: string) => {
  const store = await open(url)
  const cohorts = await store.listCohorts('acme')
  await store.close()
  return cohorts
}

test('a file that was exported is imported, and what cannot be done is said with exit code 1', async () => {
  const { store, path, from } = await makeFile(200)
  const before = await store.listCohorts('acme')
  const [to, backup] = [await makeTarget(), `${path}.crx`]
  const exporting = ['export', '--from', from, '--to', backup]
  const refused = await runCohortRelay(exporting)
  expect(refused).toEqual({ exitCode: 1, output: expect.stringContaining('Stop it first') })
  await store.close()
  expect(await runCohortRelay(exporting)).toMatchObject({ exitCode: 0 })

  const imported = await runCohortRelay(['import', '--from', backup, '--to', to])
  expect(imported).toEqual({ exitCode: 0, output: expect.stringContaining('Passed') })
  expect(imported.output).toMatch(/member +200 +200 +(?<digest>\w{16}) +\k<digest> +equal\n/)
  expect(await cohortsIn(to)).toEqual(before)

  const again = await runCohortRelay(['import', '--from', backup, '--to', to])
  expect(again).toEqual({ exitCode: 1, output: expect.stringContaining('Name an empty database') })
}, 60_000)

test('an import that is killed goes on where it stopped, and no receiver starts in between', async () => {
  const { store, from } = await makeFile(60_000)
  const before = await store.listCohorts('acme')
  await store.close()
  const importing = ['import', '--from', from, '--to', await makeTarget()]
  expect(await runCohortRelay(importing, 'writing')).toMatchObject({ exitCode: 'SIGKILL' })
  await expect(open(importing[4]!)).rejects.toThrow('unfinished')
  const resumed = await runCohortRelay(importing)
  expect(resumed).toEqual({ exitCode: 0, output: expect.stringContaining('Passed') })
  expect(resumed.output).toMatch(/An earlier import had written [1-9][\d,]+ of the rows/)
  expect(await cohortsIn(importing[4]!)).toEqual(before)
}, 60_000)

test('a rehearsal runs beside a receiver, leaves nothing, and tells what the import would be refused for', async () => {
  const { store, from } = await makeFile(10)
  const to = await makeTarget()
  const rehearsing = ['import', '--rehearse', '--from', from, '--to', to]
  const rehearsed = await runCohortRelay(rehearsing)
  expect(rehearsed).toEqual({ exitCode: 0, output: expect.stringContaining('nothing of it is left') })
  expect(await cohortsIn(to)).toEqual([])
  const target = await open(to)
  expect(await target.countAccounts()).toBe(0)
  const hindered = await runCohortRelay(rehearsing)
  expect(hindered).toEqual({ exitCode: 1, output: expect.stringContaining('would be refused now') })
  await target.close()
  await store.close()
}, 60_000)

test('help shows how each command is called', async () => {
  for (const command of ['export', 'import']) {
    const { exitCode, output } = await runCohortRelay([command, '--help'])
    expect(exitCode).toBe(0)
    expect(output).toContain(`cohort-relay ${command} `)
    expect(output).toContain('Exit codes')
  }
})
