import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { startPartner } from './testing/partner.ts'
import { postgresTestDatabase } from './testing/postgres-test-database.ts'
import { adminToken, receiverClient } from './testing/receiver-client.ts'
import { runProcess } from './testing/run-process.ts'
import { webhookPage } from './testing/webhook-page.ts'

const server = inject('postgres')

/** Processes of these roles on one database. */
const setup = async (...roles: readonly string[]) => {
  const { environment } = await postgresTestDatabase(server)
  const start = async (ROLE: string) => {
    const process = runProcess({ ADMIN_TOKEN: adminToken, ...environment, ROLE })
    const { url, role } = await process.untilEvent('receiver.ready')
    return { ...process, ...receiverClient(url!), role }
  }
  return Promise.all(roles.map(start))
}

describe('processes on one database', () => {
  it('deliver what another one received', async () => {
    const [receiving, delivering] = await setup('receive', 'deliver')
    const partner = await startPartner()
    const account = await receiving!.createAccount()
    await receiving!.createDestination(account.id, partner.settings)
    const page = webhookPage(['ann', 'bob'], { session: 'one' })
    expect(await receiving!.post(account.key, page)).toMatchObject({ status: 200 })
    await partner.untilCalls(1)
    expect(partner.calls).toMatchObject([{ isSigned: true, members: [{ id: 'ann' }, { id: 'bob' }] }])
    expect(await delivering!.untilEvent('batch.delivered')).toMatchObject({ applied: 2 })
    expect(receiving!.lines.join()).not.toMatch(/session\.applied|batch\./)
    for (const { kill, ended } of [receiving!, delivering!]) {
      kill('SIGTERM')
      expect(await ended).toBe(0)
    }
  })

  it('that only deliver take no pages, and say that they live and are ready', async () => {
    const [delivering] = await setup('deliver')
    const account = await delivering!.createAccount()
    const refused = await delivering!.post(account.key, webhookPage(['ann']))
    expect(refused).toMatchObject({ status: 503, body: { status: 'failure' } })
    for (const path of ['/healthz', '/readyz'])
      expect(await delivering!.get(path)).toMatchObject({ status: 200 })
  })

  it('that only receive keep what nobody delivers yet', async () => {
    const [receiving] = await setup('receive')
    const account = await receiving!.createAccount()
    await receiving!.post(account.key, webhookPage(['ann'], { session: 'one' }))
    expect(await receiving!.cohorts(account.id)).toMatchObject([{ members: 0, sequence: 0 }])
    expect(receiving!.role).toBe('receive')
  })
})

describe('a start on PostgreSQL', () => {
  const environment = { SECRET_KEY: 'ab'.repeat(32), ALLOW_UNSAFE_POSTGRES: '1' }
  const failed = async (changes: Readonly<Record<string, string>>): Promise<string> => {
    const process = runProcess({ ...environment, ...changes })
    expect(await process.ended).toBe(1)
    return process.lines.join('\n')
  }

  it('without its schema says which command makes it', async () => {
    expect(await failed({ DATABASE_URL: server })).toContain('Run: cohort-relay migrate')
  })

  it('on a server that may lose what it acknowledged is refused, with the remedy', async () => {
    const { environment: given } = await postgresTestDatabase(server)
    expect(await failed({ ...given, ALLOW_UNSAFE_POSTGRES: '0' })).toContain('Set fsync = on')
  })

  it('says that there is no such database, and nothing of its address', async () => {
    const url = server.replace('/postgres?', `/canary_${randomUUID().replaceAll('-', '')}?`)
    const text = await failed({ DATABASE_URL: url.replace('postgres@', 'postgres:secret-canary@') })
    expect(text).toContain('there is no such database')
    expect(text).not.toContain('canary')
  })

  it('without SECRET_KEY or with an unknown role prints every problem and no value', async () => {
    const text = await failed({ DATABASE_URL: server, SECRET_KEY: '', ROLE: 'canary' })
    expect(text).toContain('ROLE must be one of all, receive, deliver')
    expect(text).not.toContain('canary')
    expect(await failed({ DATABASE_URL: server, SECRET_KEY: '' })).toContain('SECRET_KEY must be set')
  })
})
