import { expect, test } from 'vitest'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runReceiver } from '../testing/run-receiver.ts'

const setup = async (answer?: string) => {
  const receiver = await runReceiver()
  return { receiver, run: commandLineOf(receiver.url, answer === undefined ? {} : { answer }) }
}

test('an empty list says what to do next', async () => {
  const { run } = await setup()
  expect(await run('accounts', 'list')).toEqual({
    exitCode: 0,
    stdout: 'There are no accounts yet. Make one: cohort-relay accounts create Acme\n',
    stderr: '',
  })
})

test('an account is made, found by its name, renamed and set, and its key works', async () => {
  const { receiver, run } = await setup()
  const made = await run('accounts', 'create', 'Acme', 'massRemovalPercent=80', '--json')
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  expect((await receiver.post(key, {})).status).toBe(400)
  expect((await run('accounts', 'read', 'Acme', '--field', 'id')).stdout).toBe(`${id}\n`)
  const renamed = await run('accounts', 'rename', 'Acme', 'Acme Ltd')
  expect(renamed.stdout).toMatch(/name +Acme Ltd\n/)
  const set = await run(
    'accounts',
    'settings',
    'Acme Ltd',
    'reportDestinationErrors=false',
    'membersAction=merge',
  )
  expect(set.stdout).toMatch(/massRemovalPercent +80\n/)
  expect(set.stdout).toMatch(/reportDestinationErrors +false\n/)
  expect(set.stdout).toMatch(/membersAction +"merge"\n/)
  const list = await run('accounts', 'list')
  expect(list.stdout).toMatch(new RegExp(`Acme Ltd +${id} +20.* active\\n\\n1 account\\n$`))
})

test('--json prints what the API answers and nothing else', async () => {
  const { receiver, run } = await setup()
  await receiver.createAccount('Acme')
  const { stdout, stderr } = await run('accounts', 'list', '--json')
  expect(JSON.parse(stdout)).toEqual((await receiver.admin('GET', '/accounts')).body)
  expect(stderr).toBe('')
})

test('a name that two accounts have lists both, and nothing is done', async () => {
  const { receiver, run } = await setup()
  const [one, other] = [await receiver.createAccount('Acme'), await receiver.createAccount('Acme')]
  const { exitCode, stdout, stderr } = await run('accounts', 'disable', 'Acme')
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' })
  expect(stderr).toContain(one.id)
  expect(stderr).toContain(other.id)
  expect((await run('accounts', 'disable', one.id)).stdout).toMatch(/state +disabled\n/)
  expect((await run('accounts', 'enable', one.id)).stdout).toMatch(/state +active\n/)
})

test('an account is deleted only after a yes', async () => {
  const { receiver, run } = await setup()
  const { id } = await receiver.createAccount('Acme')
  const unasked = await run('accounts', 'delete', 'Acme')
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add --yes') })
  const no = await commandLineOf(receiver.url, { answer: 'n' })('accounts', 'delete', 'Acme')
  expect(no).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Nothing was changed.') })
  expect((await receiver.admin('GET', `/accounts/${id}`)).body.deletingSince).toBeNull()
  const yes = await commandLineOf(receiver.url, { answer: 'Y' })('accounts', 'delete', 'Acme', '--no-drain')
  expect(yes).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('is being deleted') })
  expect(yes.stderr).toContain('left as they are')
})

test('what the API refuses is told by field', async () => {
  const { receiver, run } = await setup()
  await receiver.createAccount('Acme')
  const refused = await run('accounts', 'settings', 'Acme', 'massRemovalPercent=many', 'colour=red')
  expect(refused).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^A field is missing, unknown or not usable:\n {2}settings\.massRemovalPercent: .*\n {2}settings\.colour: is not known here\n$/,
    ),
  })
})

test('names do not steer the terminal', async () => {
  const { run } = await setup()
  await run('accounts', 'create', 'Acme \u001B[2J\u202Eevil')
  const { stdout } = await run('accounts', 'list')
  expect(stdout).toContain('Acme  [2J evil')
})
