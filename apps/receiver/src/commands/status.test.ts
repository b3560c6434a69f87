import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'
import { webhookPage } from '../testing/webhook-page.ts'

const setup = async () => {
  const world = await runAdmin()
  return { ...world, run: commandLineOf(world.url) }
}

const delivered = async (world: Awaited<ReturnType<typeof setup>>): Promise<void> => {
  await expect.poll(async () => (await world.cohorts(world.account.id))[0].destinations[0].owed).toBe(0)
}

test('every account and cohort has a line, with totals below', async () => {
  const world = await setup()
  const { run, sync, createAccount, makeDestination } = world
  await createAccount('Globex')
  await makeDestination({ identity: [{ property: 'mixpanel_distinct_id', kind: 'id' }] })
  await sync(['ann', 'bob'])
  await delivered(world)
  const { stdout, exitCode } = await run('status')
  expect(exitCode).toBe(0)
  expect(stdout.split('\n')).toEqual([
    'ACCOUNT  COHORT       MEMBERS  LAST SYNC (UTC)   OWED  FAILED  STATE',
    'Acme     Trial users        2  2026-11-26 12:00     0       0  ok',
    'Globex   -                  -  -                    -       -  nothing came yet',
    '',
    'accounts 2, cohorts 1, owed 0, failed 0, need attention 1',
    '',
  ])
})

test('--attention leaves out what is well', async () => {
  const world = await setup()
  const { run, sync, makeDestination, admin } = world
  const { path } = await makeDestination({ identity: [{ property: 'mixpanel_distinct_id', kind: 'id' }] })
  await sync(['ann'])
  await delivered(world)
  expect((await run('status', '--attention')).stdout).toMatch(/^Nothing needs attention\.\n/)
  await admin('POST', `${path}/pause`)
  expect((await run('status', '--attention')).stdout).toMatch(/Trial users .* paused\n/)
})

test('a member without an identity is counted as failed and needs attention', async () => {
  const world = await setup()
  await world.makeDestination({ identity: [{ property: 'crm', kind: 'id' }] })
  await world.sync(['ann'])
  await delivered(world)
  expect((await world.run('status')).stdout).toMatch(/ 0 +1 +ok\n[^]*need attention 1\n$/)
})

test('--json holds the accounts with their cohorts, --account only one', async () => {
  const { run, sync, createAccount } = await setup()
  await createAccount('Globex')
  await sync(['ann'])
  const { accounts } = JSON.parse((await run('status', '--json')).stdout)
  expect(accounts).toMatchObject([
    { name: 'Acme', cohorts: [{ id: '2', members: 1 }] },
    { name: 'Globex', cohorts: [] },
  ])
  const only = JSON.parse((await run('status', '--account', 'Globex', '--json')).stdout)
  expect(only.accounts).toMatchObject([{ name: 'Globex' }])
})

test('--wait ends when everything is delivered, or with exit code 1 when its time is over', async () => {
  const world = await setup()
  const { url, sync, makeDestination, admin } = world
  const { path } = await makeDestination({ identity: [{ property: 'mixpanel_distinct_id', kind: 'id' }] })
  await admin('POST', `${path}/pause`)
  await sync(['ann'])
  await admin('POST', `${path}/resume`)
  const waited = await commandLineOf(url)('status', '--wait', '--json')
  expect(waited.exitCode).toBe(0)
  expect(JSON.parse(waited.stdout).accounts[0].cohorts[0].destinations[0].owed).toBe(0)
  await world.post(world.account.key, webhookPage(['ann', 'bob'], { session: 's', page: [1, 2] }))
  let time = 0
  const late = commandLineOf(url, { now: () => new Date((time += 1000)) })
  expect(await late('status', '--wait', '3')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('syncing'),
  })
})

test('--watch paints it again until it is interrupted', async () => {
  const { url, sync } = await setup()
  const painting = commandLineOf(url, { answer: '', onWait: () => sync(['ann', 'bob']) })
  const { exitCode, stdout } = await painting('status', '--watch')
  expect(exitCode).toBe(0)
  expect(stdout.split('\u001B[2J')).toHaveLength(2)
  const lines = await commandLineOf(url)('status', '--watch', '5', '--json')
  expect(JSON.parse(lines.stdout).accounts).toMatchObject([{ cohorts: [{ members: 2 }] }])
  expect(await commandLineOf(url)('status', '--watch', 'often')).toMatchObject({ exitCode: 2 })
})
