import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'
import { webhookPage } from '../testing/webhook-page.ts'

const setup = async () => {
  const world = await runAdmin()
  const run = commandLineOf(world.url)
  const opens = async (key: string) => (await world.post(key, webhookPage(['ann']))).status
  return { ...world, run, opens }
}

test('a key is made, listed without itself, and revoked', async () => {
  const { run, opens, pass } = await setup()
  const made = await run('keys', 'create', 'Acme', '--label', 'EU project')
  const [, key = ''] = /key +(crk_\w+)/.exec(made.stdout) ?? []
  const [, keyId = ''] = /key id +(\w+)/.exec(made.stdout) ?? []
  expect(await opens(key)).toBe(200)
  const list = await run('keys', 'list', 'Acme')
  expect(list.stdout).toMatch(new RegExp(`${keyId} +EU project .* valid\n`))
  expect(list.stdout).not.toContain(key)
  expect(await run('keys', 'revoke', 'Acme', keyId)).toMatchObject({ exitCode: 2 })
  expect(await run('keys', 'revoke', 'Acme', keyId, '--yes')).toMatchObject({ exitCode: 0 })
  pass(6)
  expect(await opens(key)).toBe(401)
  expect((await run('keys', 'list', 'Acme')).stdout).toMatch(new RegExp(`${keyId} .* revoked\n`))
})

test('a rotated key works on for the time that is given', async () => {
  const { run, opens, pass } = await setup()
  const { keyId, key: old } = JSON.parse((await run('keys', 'create', 'Acme', '--json')).stdout) as {
    keyId: string
    key: string
  }
  const rotated = await run('keys', 'rotate', 'Acme', keyId, '--grace', '2h', '--field', 'key')
  const key = rotated.stdout.trim()
  expect([await opens(old), await opens(key)]).toEqual([200, 200])
  expect((await run('keys', 'list', 'Acme')).stdout).toMatch(
    new RegExp(`${keyId} .* valid until 2026-11-26 14:00\n`),
  )
  pass(2 * 3600 + 6)
  expect([await opens(old), await opens(key)]).toEqual([401, 200])
})

test('a time that is none is wrong usage, one that is too long is refused by the API', async () => {
  const { run } = await setup()
  expect(await run('keys', 'rotate', 'Acme', 'x', '--grace', 'soon')).toMatchObject({ exitCode: 2 })
  const [, keyId = ''] = /\n(\w{12}) /.exec((await run('keys', 'list', 'Acme')).stdout) ?? []
  const refused = await run('keys', 'rotate', 'Acme', keyId, '--grace', '8d')
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('graceSeconds: ') })
})

test("another account's key is one that does not exist", async () => {
  const { run, admin, createAccount } = await setup()
  const other = await createAccount('Globex')
  const { keyId } = (await admin('POST', `/accounts/${other.id}/keys`, {})).body
  expect(await run('keys', 'revoke', 'Acme', keyId, '--yes')).toEqual({
    exitCode: 4,
    stdout: '',
    stderr: expect.stringContaining('No such key.'),
  })
})
