import { expect, test } from 'vitest'
import { runCohortRelay } from '../testing/run-cohort-relay.ts'
import { makeFile, makeTarget, openTarget } from '../testing/transfer-places.ts'

const cohortsIn = async (url: string) => {
  const store = await openTarget(url)
  const cohorts = await store.listCohorts('acme')
  await store.close()
  return cohorts
}

test('a file that was exported is imported, and what cannot be done is said with exit code 1', async () => {
  const { store, path, from } = await makeFile(200)
  const before = await store.listCohorts('acme')
  const [to, backup] = [await makeTarget(), `${path}.crx`]
  const exporting = ['export', '--from', from, '--to', backup]
  const refused = await runCohortRelay(exporting)
  expect(refused).toEqual({ exitCode: 1, output: expect.stringContaining('Stop it first') })
  await store.close()
  expect(await runCohortRelay(exporting)).toMatchObject({ exitCode: 0 })

  const imported = await runCohortRelay(['import', '--from', backup, '--to', to])
  expect(imported).toEqual({ exitCode: 0, output: expect.stringContaining('Passed') })
  expect(imported.output).toMatch(/member +200 +200 +(?<digest>\w{16}) +\k<digest> +equal\n/)
  expect(await cohortsIn(to)).toEqual(before)

  const again = await runCohortRelay(['import', '--from', backup, '--to', to])
  expect(again).toEqual({ exitCode: 1, output: expect.stringContaining('Name an empty database') })
}, 60_000)

test('an import that is killed goes on where it stopped, and no receiver starts in between', async () => {
  const { store, from } = await makeFile(60_000)
  const before = await store.listCohorts('acme')
  await store.close()
  const importing = ['import', '--from', from, '--to', await makeTarget()]
  expect(await runCohortRelay(importing, 'writing')).toMatchObject({ exitCode: 'SIGKILL' })
  await expect(openTarget(importing[4]!)).rejects.toThrow('unfinished')
  const resumed = await runCohortRelay(importing)
  expect(resumed).toEqual({ exitCode: 0, output: expect.stringContaining('Passed') })
  expect(resumed.output).toMatch(/An earlier import had written [1-9][\d,]+ of the rows/)
  expect(await cohortsIn(importing[4]!)).toEqual(before)
}, 60_000)

test('a rehearsal runs beside a receiver, leaves nothing, and tells what the import would be refused for', async () => {
  const { store, from } = await makeFile(10)
  const to = await makeTarget()
  const rehearsing = ['import', '--rehearse', '--from', from, '--to', to]
  const rehearsed = await runCohortRelay(rehearsing)
  expect(rehearsed).toEqual({ exitCode: 0, output: expect.stringContaining('nothing of it is left') })
  expect(await cohortsIn(to)).toEqual([])
  const target = await openTarget(to)
  expect(await target.countAccounts()).toBe(0)
  const hindered = await runCohortRelay(rehearsing)
  expect(hindered).toEqual({ exitCode: 1, output: expect.stringContaining('would be refused now') })
  await target.close()
  await store.close()
}, 60_000)

test('help shows how each command is called', async () => {
  for (const command of ['export', 'import']) {
    const { exitCode, output } = await runCohortRelay([command, '--help'])
    expect(exitCode).toBe(0)
    expect(output).toContain(`cohort-relay ${command} `)
    expect(output).toContain('Exit codes')
  }
})
