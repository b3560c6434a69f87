import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'

const setup = async () => {
  const world = await runAdmin()
  return { ...world, run: commandLineOf(world.url) }
}

test('a named token opens what its role allows, is seen in the audit log, and can be revoked', async () => {
  const { run, url } = await setup()
  expect((await run('tokens', 'list')).stdout).toContain('There are no named tokens')
  const made = JSON.parse((await run('tokens', 'create', 'Ann', '--role', 'viewer', '--json')).stdout) as {
    id: string
    token: string
  }
  const ann = commandLineOf(url, { environment: { COHORT_RELAY_TOKEN: made.token } })
  expect(await ann('accounts', 'list')).toMatchObject({ exitCode: 0 })
  expect(await ann('accounts', 'create', 'Globex')).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('role admin'),
  })
  expect((await run('tokens', 'list')).stdout).toMatch(new RegExp(`${made.id} +Ann +viewer `))
  const audit = await run('audit', '--limit', '2')
  expect(audit.stdout).toMatch(
    /2026-11-26 12:00 +ADMIN_TOKEN +tokens\.create .* name=Ann, role=viewer +asked/,
  )
  expect(audit.stdout).toMatch(/Older ones: --after \d+\n$/)
  expect(audit.stdout).not.toContain(made.token)
  await run('tokens', 'revoke', made.id, '--yes')
  expect(await ann('accounts', 'list')).toMatchObject({ exitCode: 5 })
})

test('the audit log of one account shows its lines alone', async () => {
  const { run } = await setup()
  await run('accounts', 'create', 'Globex')
  await run('accounts', 'rename', 'Globex', 'Globex Ltd')
  const { lines } = JSON.parse((await run('audit', 'Globex Ltd', '--json')).stdout)
  expect(lines.map(({ action }: { action: string }) => action)).toEqual([
    'accounts.change',
    'accounts.create',
  ])
})

test('credentials are encrypted anew with the current key', async () => {
  const world = await runAdmin()
  await world.makeDestination()
  const run = commandLineOf(world.url)
  expect((await run('secrets', 'list')).stdout).toMatch(/ current +1\n/)
  const rotated = await run('secrets', 'rotate')
  expect(rotated).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('0 of 1 destinations') })
  await world.stop()
  const next = await runAdmin({ database: world.database, previousSecretKeys: [world.secretKey] })
  const again = await commandLineOf(next.url)('secrets', 'rotate')
  expect(again.stdout).toBe(
    '1 of 1 destinations were encrypted anew.\nNothing needs an older key any more: PREVIOUS_SECRET_KEYS can go.\n',
  )
})
