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
import { inject } from 'vitest'
import { temporaryFolder } from './new-test-database.ts'

const at = new Date('2026-11-26T00:00:00Z')

/** A file with one cohort of so many members, whose export may go on. */
export const makeFile = async (members: number, path = join(temporaryFolder(), 'cohort-relay.db')) => {
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

/** The address of an empty database with our tables. */
export const makeTarget = async (): Promise<string> => {
  const name = `commands_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: inject('postgres') })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`).finally(() => void client.end())
  const url = inject('postgres').replace('/postgres?', `/${name}?`)
  await migratePostgres(url)
  return url
}

export const openTarget = (url: string) => openPostgresStore({ url, poolSize: 1, allowUnsafeServer: true })
