import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'

const setup = async () => {
  const world = await runAdmin({ limits: { massRemovalMembers: 1, massRemovalPercent: 50 } })
  return { ...world, run: commandLineOf(world.url) }
}

test('cohorts and their members are listed, page by page', async () => {
  const { run, sync } = await setup()
  expect((await run('cohorts', 'list', 'Acme')).stdout).toContain('There are no cohorts yet')
  await sync(['ann', 'bob', 'cid'])
  expect((await run('cohorts', 'list', 'Acme')).stdout).toMatch(
    /2 +1 +Trial users +3 +2026-11-26 12:00 +0 +0 +no destination\n/,
  )
  const first = await run('cohorts', 'members', 'Acme', 'Trial users', '--limit', '2')
  const [, after = ''] = /ann [^]*bob [^]*More: --after (\d+)\n$/.exec(first.stdout) ?? []
  const rest = await run('cohorts', 'members', 'Acme', '2', '--limit', '2', '--after', after)
  expect(rest.stdout).toContain('cid')
  expect(rest.stdout).not.toContain('ann')
})

test('removals that wait are carried out after a yes', async () => {
  const { run, sync, members, account, until, url } = await setup()
  await sync(['ann', 'bob', 'cid'])
  await sync(['ann'])
  expect((await run('cohorts', 'list', 'Acme')).stdout).toContain('2 removals wait')
  expect(await run('cohorts', 'approve-removals', 'Acme', '2')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Remove 2 of the 3 members of Trial users (Acme)'),
  })
  const approved = await commandLineOf(url, { answer: 'y' })('cohorts', 'approve-removals', 'Acme', '2')
  expect(approved).toMatchObject({ exitCode: 0, stdout: '2 members are removed.\n' })
  await until('removals.approved', {})
  await expect.poll(() => members(account.id, { id: '2' })).toEqual(['ann'])
  expect(await run('cohorts', 'approve-removals', 'Acme', '2', '--yes')).toMatchObject({ exitCode: 4 })
})

test('a plan that is not the one that waits is refused', async () => {
  const { run, sync } = await setup()
  await sync(['ann', 'bob', 'cid'])
  await sync(['ann'])
  const refused = await run('cohorts', 'approve-removals', 'Acme', '2', '--plan', '999999', '--yes')
  expect(refused.exitCode).not.toBe(0)
})

test('a cohort of two projects is told by the candidates, and by --project', async () => {
  const { run, sync } = await setup()
  await sync(['ann'], { project: 'one' })
  await sync(['bob'], { project: 'two' })
  const { exitCode, stderr } = await run('cohorts', 'members', 'Acme', '2')
  expect(exitCode).toBe(4)
  expect(stderr).toContain('two')
  expect((await run('cohorts', 'members', 'Acme', '2', '--project', 'two')).stdout).toContain('bob')
})
