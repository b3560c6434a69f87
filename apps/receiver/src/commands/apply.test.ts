import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/new-test-database.ts'
import { commandLineOf } from '../testing/run-command-line.ts'
import { runAdmin } from '../testing/run-admin.ts'

const environment = { PARTNER_SECRET: 'canary-secret', OTHER_SECRET: 'canary-other' }

/** What is deleted goes in the background. */
const slow = { timeout: 20_000 }

const globex = (more = '', settings = '') => `
accounts:
  - name: Globex
    settings:
      massRemovalPercent: 80
    destinations:
      - connector: postbox
        settings:
          url: https://globex.example
          secret: \${PARTNER_SECRET}${settings}
        properties: all${more}
`

const setup = async () => {
  const world = await runAdmin({ now: () => new Date() })
  const file = join(temporaryFolder(), 'accounts.yaml')
  const apply = (text: string, ...words: string[]) => {
    writeFileSync(file, text)
    return commandLineOf(world.url, { environment })('apply', file, ...words)
  }
  const state = async () => {
    const { accounts } = (await world.admin('GET', '/accounts')).body
    return Promise.all(
      accounts.map(async (account: { id: string; name: string }) => ({
        ...account,
        ...(await world.admin('GET', `/accounts/${account.id}/destinations`)).body,
      })),
    )
  }
  const named = async (name: string) => (await state()).find((account) => account.name === name)
  const audited = async () => (await world.admin('GET', '/audit')).body.lines.length as number
  return { ...world, file, apply, state, named, audited }
}

test('the plan is shown first, carried out after --yes, and the second time there is nothing to do', async () => {
  const { apply, named, post, audited } = await setup()
  const unasked = await apply(globex())
  expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add --yes') })
  expect(unasked.stdout).toContain(
    [
      '+ create account Globex',
      '    massRemovalPercent: 80',
      '  + create destination postbox',
      '      url: https://globex.example',
      '      secret: sent, from the environment',
      '      properties: all',
      '',
      '2 to create, 0 as they should be',
    ].join('\n'),
  )
  expect(await named('Globex')).toBeUndefined()

  const applied = await apply(globex(), '--yes')
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 done, 0 failed.\n') })
  const [key = ''] = /crk_\w+/.exec(applied.stdout) ?? []
  expect((await post(key, {})).status).toBe(400)
  expect(await named('Globex')).toMatchObject({
    settings: { massRemovalPercent: 80 },
    destinations: [{ settings: { url: 'https://globex.example', size: 3 }, properties: 'all' }],
  })

  const before = await audited()
  const again = await apply(globex())
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\n\nNothing to do\.\n$/) })
  expect(await audited()).toBe(before)
  expect(applied.stdout + again.stdout).not.toContain('canary')
})

test('only what differs is changed, and a secret is sent where something else of its destination differs', async () => {
  const { apply, named, partner } = await setup()
  await apply(globex(), '--yes')
  const changed = globex('\n        paused: true', '\n          size: 9').replace('80', '70')
  const applied = await apply(changed, '--yes')
  expect(applied.stdout).toMatch(/~ update account Globex\n {4}massRemovalPercent: 80 → 70\n/)
  expect(applied.stdout).toMatch(/size: 3 → 9\n {6}secret: sent/)
  expect(applied.stdout).toContain('2 to update, 1 to pause, 0 as they should be')
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 done, 0 failed.') })
  expect(partner.checked.at(-1)).toMatchObject({ size: 9, secret: 'canary-secret' })
  expect(await named('Globex')).toMatchObject({ destinations: [{ state: 'paused' }] })
  const resumed = await apply(globex('\n        paused: false'), '--yes')
  expect(resumed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 to resume') })
})

test('--rotate-secrets sends every secret although nothing else differs', async () => {
  const { apply, partner } = await setup()
  await apply(globex(), '--yes')
  const file = globex().replace('PARTNER_SECRET', 'OTHER_SECRET')
  expect((await apply(file)).stdout).toContain('Nothing to do.')
  expect(await apply(file, '--rotate-secrets', '--yes')).toMatchObject({ exitCode: 0 })
  expect(partner.checked.at(-1)).toMatchObject({ secret: 'canary-other' })
})

test('nothing is deleted without --prune, which says what it deletes', async () => {
  const { apply, named, state } = await setup()
  await apply(globex(), '--yes')
  const without = 'accounts: [{ name: Globex }]'
  expect((await apply(without)).stdout).toContain('Nothing to do.')
  const pruned = await apply(without, '--prune', '--yes')
  expect(pruned.stdout).toMatch(
    / {2}- delete destination postbox \(.*\)\n {6}its members are removed there first\n/,
  )
  await expect.poll(async () => (await named('Globex'))?.destinations, slow).toEqual([])
  expect((await state()).map(({ name }) => name)).toContain('Acme')
  const all = await apply(without, '--prune', 'accounts', '--yes')
  expect(all.stdout).toContain('- delete account Acme')
  await expect.poll(async () => (await state()).map(({ name }) => name), slow).toEqual(['Globex'])
})

test('everything that is wrong with the file is named by its path, and nothing is done', async () => {
  const { apply, state } = await setup()
  const before = await state()
  const broken = `
accounts:
  - name: Globex
    settings: { massRemovalPercent: 800, colour: red }
    destination: []
  - name: Globex
    destinations:
      - connector: postbox
        identity: [{ property: email, kind: pigeon }]
  - {}
`
  const refused = await apply(broken, '--yes')
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  for (const path of [
    'accounts.0.settings.massRemovalPercent',
    'accounts.0.settings.colour',
    'accounts.0.destination',
    'accounts.1.destinations.0.identity.0.kind',
    'accounts.2.name',
  ])
    expect(refused.stderr).toContain(`  ${path}: `)
  const twice = await apply('accounts: [{ name: Globex }, { name: Globex }]', '--yes')
  expect(twice.stderr).toContain('accounts.1.name: is that of an account above')
  expect(await state()).toEqual(before)
})

test('a secret that is written out is refused by its path and not repeated, and so are unknown things', async () => {
  const { apply, state } = await setup()
  const before = await state()
  const literal = globex('', '\n          colour: red\n          size: many').replace(
    '${PARTNER_SECRET}',
    'canary-literal',
  )
  const refused = await apply(literal, '--yes')
  const at = 'accounts.0.destinations.0.settings'
  expect(refused.stderr).toContain(`${at}.secret: is secret: write it as`)
  expect(refused.stderr).toContain(`${at}.colour: is not known. postbox has: url, secret, size`)
  expect(refused.stderr).toContain(`${at}.size: `)
  expect(refused.stderr).not.toContain('canary')
  const pigeon = await apply(globex().replace('postbox', 'pigeon'), '--yes')
  expect(pigeon.stderr).toContain('accounts.0.destinations.0.connector: must be one of: postbox')
  const unset = await apply(globex().replace('PARTNER_SECRET', 'NOT_SET'), '--yes')
  expect(unset.stderr).toContain(`${at}.secret: the environment has no NOT_SET: set it`)
  const yaml = await apply('accounts: [canary', '--yes')
  expect(yaml).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining('canary') })
  expect(await state()).toEqual(before)
})

test('destinations that cannot be told apart are told by their ids', async () => {
  const { apply, makeDestination, named, account } = await setup()
  const one = await makeDestination({ settings: { url: 'https://one.example', secret: 'canary-secret' } })
  const other = await makeDestination({ settings: { url: 'https://other.example', secret: 'canary-secret' } })
  const acme = (url: string, id = '') =>
    globex()
      .replace('Globex', 'Acme')
      .replace('https://globex.example', url)
      .replace('- connector', `- ${id}connector`)
  const refused = await apply(acme('https://third.example'), '--yes')
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('add the id of the one') })
  expect(refused.stderr).toContain(one.id)
  const told = await apply(acme('https://third.example', `id: ${other.id}\n        `), '--yes')
  expect(told.exitCode).toBe(0)
  expect(await named('Acme')).toMatchObject({
    id: account.id,
    destinations: [
      { settings: { url: 'https://one.example' } },
      { settings: { url: 'https://third.example' } },
    ],
  })
})

test('a step that fails is told, the others are done, and the next run does the rest', async () => {
  const { apply, partner, named } = await setup()
  partner.refuse('unauthorized')
  const failed = await apply(`${globex()}  - name: Initech\n`, '--yes')
  expect(failed.exitCode).toBe(1)
  expect(failed.stdout).toMatch(
    /FAILED {2}create destination postbox of Globex\n {8}Postbox: It does not know this token/,
  )
  expect(failed.stdout).toContain('2 done, 1 failed.')
  expect(await named('Initech')).toBeDefined()
  partner.refuse(undefined)
  const rest = await apply(`${globex()}  - name: Initech\n`, '--yes')
  expect(rest).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('1 to create, 2 as they should be'),
  })
})

test('what somebody else changed after the plan was shown is not overwritten', async () => {
  const { apply, file, url, admin, named } = await setup()
  await apply(globex(), '--yes')
  const { id } = await named('Globex')
  writeFileSync(file, globex().replace('80', '70'))
  const answer = async () => {
    await admin('PATCH', `/accounts/${id}`, { settings: { massRemovalPercent: 60 } })
    return 'y'
  }
  const late = await commandLineOf(url, { environment, answer })('apply', file)
  expect(late).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('Somebody changed it since') })
  expect((await named('Globex')).settings.massRemovalPercent).toBe(60)
})

test('--json prints the plan and what came of it, and nothing else', async () => {
  const { apply } = await setup()
  const planned = JSON.parse((await apply(globex(), '--plan', '--json')).stdout)
  expect(planned).toMatchObject({ applied: false, plan: [{ verb: 'create' }, { verb: 'create' }] })
  const applied = JSON.parse((await apply(globex(), '--yes', '--json')).stdout)
  expect(applied).toMatchObject({ applied: true, done: 2, failed: 0, keys: [{ account: 'Globex' }] })
})
