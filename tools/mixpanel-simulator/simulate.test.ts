import { expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { simulate } from './simulate.ts'
import { exitCodeOf, renderSummary } from './summary.ts'
import { createScriptedNetwork, refused, type ScriptedAnswer } from './testing/scripted-network.ts'

const setup = async (argv: readonly string[], answers: readonly ScriptedAnswer[] = []) => {
  const scripted = createScriptedNetwork(answers)
  const options = readOptions(['--url', 'http://receiver.example/', '--key', 'k', ...argv])
  const written: string[] = []
  const screen = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
  const played = await simulate(options, screen, scripted.network)
  return { ...scripted, played, written }
}

test('plays a full sync, a diff and the same full sync again', async () => {
  const { played, pages } = await setup(['--members', '30', '--add', '5', '--remove', '3', '--repeat'])
  expect(played.map(({ name, members }) => [name, members])).toEqual([
    ['full sync', 30],
    ['diff +5 -3', 8],
    ['same full sync', 32],
  ])
  expect(pages.map(({ action }) => action)).toEqual(['members', 'add_members', 'remove_members', 'members'])
})

test('waits the interval between recurring syncs', async () => {
  const { waits } = await setup(['--members', '3', '--recurring', '--syncs', '2', '--interval', '90'])
  expect(waits).toEqual([90_000, 90_000])
})

test('sends the whole set again when no sync has succeeded yet', async () => {
  const failing = Array.from({ length: 6 }, () => refused(503, 'Busy'))
  const { played, pages } = await setup(['--members', '3', '--add', '1'], failing)
  expect(played.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded'])
  expect(pages.at(-1)).toMatchObject({ action: 'members', parameters: { page_info: { total_pages: 1 } } })
})

test('ends when it is paused and shows the text that Mixpanel would show', async () => {
  const { played } = await setup(['--members', '3', '--add', '1', '--repeat'], [refused(401, 'Unknown key.')])
  expect(played).toHaveLength(1)
  expect(renderSummary(played)).toContain('full sync paused: 401: Unknown key.')
  expect(exitCodeOf(played)).toBe(1)
})

test('sums up in an aligned table that fits 80 columns', async () => {
  const { played } = await setup(['--members', '1500'])
  const summary = renderSummary(played.map((sync) => ({ ...sync, milliseconds: 500 })))
  expect(summary.split('\n')).toEqual([
    'Sync       Calls  Retries  Members    Time  Members/s  Result',
    '---------  -----  -------  -------  ------  ---------  ---------',
    'full sync      2        0    1,500  0.50 s      3,000  succeeded',
  ])
  expect(exitCodeOf(played)).toBe(0)
})

test('shows a line for each tenth where there is no terminal', async () => {
  const { written } = await setup(['--members', '3000'])
  expect(written.map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
    expect.stringMatching(/^full sync 30 % 1,000 of 3,000, .+ left$/),
    expect.stringMatching(/^full sync 60 % 2,000 of 3,000, .+ left$/),
    'full sync 100 % 3,000 of 3,000',
  ])
})
