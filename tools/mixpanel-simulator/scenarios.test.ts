import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { brokenReceivers } from '../convergence/broken-receivers.ts'
import { startVictim } from '../crash/start-victim.ts'
import { createAdminClient } from '../demo/admin-client.ts'
import { createCleanup } from '../demo/cleanup.ts'
import { judgeMembers, renderVerdict } from './judge-members.ts'
import { loadScenario, scenarioNames } from './load-scenario.ts'
import { playScenario } from './play-scenario.ts'
import { scenarioCommand } from './scenario-command.ts'

/** A receiver of its own in a process of its own, with an account. */
const setup = async () => {
  const cleanup = createCleanup()
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-scenario-'))
  onTestFinished(async () => {
    await cleanup.run()
    rmSync(folder, { recursive: true, force: true })
  })
  const { url, adminToken } = await startVictim('real', folder, cleanup)
  const { id, key } = await createAdminClient(url, adminToken).createAccount('Scenarios')
  const target = ['--url', `${url}/webhooks/mixpanel`, '--key', key, '--speed', '50']
  const play = async (name: string) => {
    const lines: string[] = []
    const argv = [name, ...target, '--admin-token', adminToken, '--account', id]
    const exitCode = await scenarioCommand(argv, (line) => lines.push(line))
    return { name, exitCode, verdict: lines.at(-1) }
  }
  return { play }
}

const equal = 'Members missing: 0. Members too many: 0.'

test(
  'the receiver has exactly the members of Mixpanel after every scenario',
  { timeout: 60_000 },
  async () => {
    const { play } = await setup()
    for (const name of scenarioNames) {
      expect(await play(name)).toEqual({ name, exitCode: 0, verdict: equal })
    }
  },
)

test('the same holds when all cohorts sync at the same time', { timeout: 60_000 }, async () => {
  const { play } = await setup()
  const played = await Promise.all(scenarioNames.map(play))
  expect(played).toEqual(scenarioNames.map((name) => ({ name, exitCode: 0, verdict: equal })))
})

test('plays a scenario from a file', { timeout: 30_000 }, async () => {
  const { play } = await setup()
  const file = join(import.meta.dirname, 'scenarios', 'first-sync.ts')
  expect(await play(file)).toMatchObject({ exitCode: 0, verdict: equal })
})

test('names the known scenarios when there is none of that name', async () => {
  await expect(loadScenario('nothing-like-it')).rejects.toThrow('Known: difference, empty-cohort')
})

test.each([
  ['applies each page', 'failed-half', 'Members missing: 0. Members too many: 1 (eve).'],
  [
    'replaces on the last-numbered page',
    'first-sync',
    'Members missing: 4 (ann, bob, cleo, dan). Members too many: 0.',
  ],
  ['treats members as additions', 'snapshot-too-old', 'Members missing: 0. Members too many: 1 (ann).'],
])('the verdict catches a receiver that %s in %s', async (broken, name, verdict) => {
  const stage = await brokenReceivers.find((receiver) => receiver.name === broken)!.openStage()
  const subject = await stage.newSubject()
  const { members } = await playScenario(await loadScenario(name), {
    line: subject.line,
    clock: subject.clock,
    cohort: { projectId: '1', id: subject.cohortId, name, description: '' },
    newSessionId: () => crypto.randomUUID(),
  })
  const question = { expected: members, ask: () => subject.members(), patience: 100 }
  expect(renderVerdict(await judgeMembers(question, subject.clock))).toBe(verdict)
})
