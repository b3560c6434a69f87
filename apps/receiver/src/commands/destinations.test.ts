import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'

const environment = { PARTNER_SECRET: 'canary-secret', OTHER_SECRET: 'canary-other' }

const setup = async () => {
  const world = await runAdmin()
  const run = commandLineOf(world.url, { environment })
  const create = (...more: string[]) =>
    run('destinations', 'create', 'Acme', 'postbox', '--set', 'url=https://example.com', ...more)
  const stored = async () => (await world.admin('GET', `${world.path}/destinations`)).body.destinations
  return { ...world, run, create, stored }
}

test('a destination is made with a secret of the environment, after the partner was asked, and shown masked', async () => {
  const { run, create, partner } = await setup()
  const made = await create(
    '--set',
    'secret=${PARTNER_SECRET}',
    '--set',
    'size=7',
    '--identity',
    'crm:id',
    '--properties',
    'all',
  )
  expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/state +active\n/) })
  expect(partner.checked).toEqual([{ url: 'https://example.com', secret: 'canary-secret', size: 7 }])
  const shown = await run('destinations', 'read', 'Acme', 'postbox')
  expect(shown.stdout).toMatch(/size +7\nidentity +crm \(id\)\nproperties +all\n$/)
  expect(made.stdout + shown.stdout + made.stderr).not.toContain('canary')
})

test('a secret that is written out is refused by its name and not repeated', async () => {
  const { create, stored } = await setup()
  const refused = await create('--set', 'secret=canary-secret')
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--set.secret: is secret') })
  expect(refused.stderr).not.toContain('canary')
  const unset = await create('--set', 'secret=${NOT_SET}', '--set', 'colour=red')
  expect(unset.stderr).toContain('the environment has no NOT_SET')
  expect(unset.stderr).toContain('--set.colour: is not known. postbox has: url, secret, size')
  expect(await stored()).toEqual([])
})

test('a refusal of the partner is told with what to do, and --no-verify overrides it', async () => {
  const { create, partner } = await setup()
  partner.refuse('unauthorized')
  const refused = await create('--set', 'secret=${PARTNER_SECRET}')
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Postbox: It does not know this token. Renew it.'),
  })
  expect(refused.stderr).toContain('--no-verify')
  expect(await create('--set', 'secret=${PARTNER_SECRET}', '--no-verify')).toMatchObject({ exitCode: 0 })
})

test('it is updated in part, paused, resumed, checked and deleted', async () => {
  const { run, create, partner, stored } = await setup()
  await create('--set', 'secret=${PARTNER_SECRET}')
  const updated = await run('destinations', 'update', 'Acme', 'postbox', '--set', 'secret=${OTHER_SECRET}')
  expect(updated.exitCode).toBe(0)
  expect(partner.checked.at(-1)).toEqual({ url: 'https://example.com', secret: 'canary-other', size: 3 })
  expect((await run('destinations', 'pause', 'Acme', 'postbox')).stdout).toMatch(/state +paused since 2026/)
  expect((await run('destinations', 'resume', 'Acme', 'postbox')).stdout).toMatch(/state +active\n/)
  expect((await run('destinations', 'check', 'Acme', 'postbox')).stdout).toContain(
    'The partner accepts the settings.',
  )
  const [{ id }] = await stored()
  const deleted = await run('destinations', 'delete', 'Acme', id, '--no-drain', '--yes')
  expect(deleted).toMatchObject({ exitCode: 0 })
  expect(await stored()).toEqual([])
  expect((await run('destinations', 'list', 'Acme')).stdout).toContain('There are no destinations')
})

test('an update that names nothing is wrong usage', async () => {
  const { run, create } = await setup()
  await create('--set', 'secret=${PARTNER_SECRET}')
  expect(await run('destinations', 'update', 'Acme', 'postbox')).toMatchObject({ exitCode: 2 })
})

test('a member that is pasted shows who she would be there', async () => {
  const { run, create, url } = await setup()
  await create('--set', 'secret=${PARTNER_SECRET}')
  const member = '{"mixpanel_distinct_id":"ann-1","email":" Ann@Example.com "}'
  const found = await run('destinations', 'test-identity', 'Acme', 'postbox', '--member', member)
  expect(found.stdout).toMatch(/matched +email\nknown there by +email ann@example\.com\n/)
  const piped = commandLineOf(url, { input: '{"mixpanel_distinct_id":""}' })
  const refused = await piped('destinations', 'test-identity', 'Acme', 'postbox', '--member', '-')
  expect(refused).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('member: cannot be recorded'),
  })
  const broken = await run('destinations', 'test-identity', 'Acme', 'postbox', '--member', '{canary')
  expect(broken).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining('canary') })
})

test('a connector that an account has twice is told by the candidates', async () => {
  const { run, makeDestination } = await setup()
  const [one, other] = [await makeDestination(), await makeDestination()]
  const { exitCode, stderr } = await run('destinations', 'pause', 'Acme', 'postbox')
  expect(exitCode).toBe(4)
  expect(stderr).toContain(one.id)
  expect(stderr).toContain(other.id)
})

test('connectors tell what they need', async () => {
  const { run } = await setup()
  expect((await run('connectors', 'list')).stdout).toMatch(/postbox +Postbox +email +10\n/)
  const { stdout } = await run('connectors', 'show', 'postbox')
  expect(stdout).toMatch(/secret +string +yes +yes\n/)
  expect(stdout).toMatch(/size +integer +3\n/)
  expect(await run('connectors', 'show', 'pigeon')).toMatchObject({ exitCode: 4 })
})
