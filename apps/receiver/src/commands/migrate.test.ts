import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'

const program = join(import.meta.dirname, '../cohort-relay.ts')
const server = inject('postgres')

interface Ended {
  readonly code: number
  readonly output: string
}

/** The command in a process of its own. */
const migrate = (environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, 'migrate'], { env: environment }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    )
  })

const emptyDatabase = async (): Promise<string> => {
  const name = `migrated_${randomUUID().replaceAll('-', '')}`
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return server.replace('/postgres?', `/${name}?`)
}

test('makes the schema step by step, and has nothing to do the second time', async () => {
  const DATABASE_URL = await emptyDatabase()
  const first = await migrate({ DATABASE_URL })
  expect(first).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^Step 1 of (\d+) is done\.[^]*\1 now\.\n$/),
  })
  expect(first.output).toContain('The schema was 0 and is ')
  const second = await migrate({ DATABASE_URL })
  expect(second).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^The schema is up to date: \d+\.\n$/),
  })
})

test('two at once both succeed, and each step is done once', async () => {
  const DATABASE_URL = await emptyDatabase()
  const ended = await Promise.all([migrate({ DATABASE_URL }), migrate({ DATABASE_URL })])
  expect(ended.map(({ code }) => code)).toEqual([0, 0])
  const steps = ended.flatMap(({ output }) => output.match(/^Step \d+/gm) ?? [])
  expect(steps.length).toBeGreaterThan(0)
  expect(new Set(steps).size).toBe(steps.length)
})

test.each([
  ['no address', {}],
  ['the address of a file', { DATABASE_URL: 'sqlite:canary.db' }],
])('with %s says what is missing, and fails', async (_name, environment) => {
  const { code, output } = await migrate(environment)
  expect(code).toBe(1)
  expect(output).toContain('DATABASE_URL must name a PostgreSQL: postgres://')
  expect(output).not.toContain('canary')
})

test('without such a database fails in words, without the address', async () => {
  const { code, output } = await migrate({ DATABASE_URL: server.replace('/postgres?', '/canary?') })
  expect(code).toBe(1)
  expect(output).toBe('The migration failed: PostgreSQL: there is no such database\n')
})
