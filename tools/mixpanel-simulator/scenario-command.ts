import { randomInt, randomUUID } from 'node:crypto'
import { Command, Option } from 'commander'
import { createAdminClient } from '../demo/admin-client.ts'
import { realClock, scaledClock } from './clock.ts'
import { judgeMembers, renderVerdict } from './judge-members.ts'
import { httpLine } from './http-line.ts'
import { loadScenario, scenarioNames } from './load-scenario.ts'
import { playScenario, type PlayedScenario, type PlayedStep } from './play-scenario.ts'
import { addTarget, factor, receiverOf, type TargetOptions } from './target-options.ts'

interface ScenarioOptions extends TargetOptions {
  readonly project: string
  readonly cohort: string
  readonly speed: number
  readonly adminToken?: string
  readonly account?: string
}

/** Where the lines of a command go. */
export type Write = (line: string) => void

/** How long the receiver may take to apply the last sync, in milliseconds. */
const patience = 15_000

const renderStep = ({ step, result, calls }: PlayedStep, number: number): string => {
  const { outcome, message } = result
  const unexpected = outcome === step.expect ? '' : ` (expected: ${step.expect})`
  return [
    `${number}. ${step.happens}`,
    ...calls.map((call) => `   ${call}`),
    `   Mixpanel: ${outcome}${message === undefined ? '' : `, ${message}`}${unexpected}`,
  ].join('\n')
}

const judge = async (played: PlayedScenario, options: ScenarioOptions, write: Write): Promise<boolean> => {
  const asExpected = played.steps.every(({ step, result }) => result.outcome === step.expect)
  if (!asExpected) write('Not every sync ended as the scenario expects.')
  const { adminToken, account, project, cohort } = options
  if (adminToken === undefined || account === undefined) {
    write(`Mixpanel's members: ${played.members.join(', ') || 'nobody'}.`)
    write('Give --admin-token and --account to compare them with the receiver.')
    return asExpected
  }
  const admin = createAdminClient(new URL(options.url).origin, adminToken)
  const ask = () => admin.memberIds(account, { projectId: project, id: cohort })
  const verdict = await judgeMembers({ expected: played.members, ask, patience }, realClock)
  write(renderVerdict(verdict))
  return asExpected && verdict.missing.length + verdict.tooMany.length === 0
}

const play = async (name: string, options: ScenarioOptions, write: Write): Promise<boolean> => {
  const scenario = await loadScenario(name)
  const { project, cohort, speed } = options
  write(`${scenario.shows}\nCohort ${cohort} of project ${project}.\n`)
  let steps = 0
  const played = await playScenario(
    scenario,
    {
      line: httpLine(receiverOf(options)),
      clock: scaledClock(speed),
      cohort: { projectId: project, id: cohort, name: `Scenario ${name}`, description: scenario.shows },
      newSessionId: randomUUID,
    },
    (step) => write(renderStep(step, (steps += 1))),
  )
  write('')
  return await judge(played, options, write)
}

/** `simulate scenario`. Resolves with 0 when all went as the scenario says and the sets are equal, else with 1. */
export const scenarioCommand = async (argv: readonly string[], write: Write): Promise<0 | 1> => {
  const command = addTarget(new Command('simulate scenario'))
    .description('Plays a story of syncs and faults of one cohort, and compares the members in the end.')
    .argument('<name or file>', scenarioNames.join(', '))
    .option('--project <id>', 'Mixpanel project id', '2200001')
    .option('--cohort <id>', 'Mixpanel cohort id; default: a new one', String(randomInt(1e9, 1e10)))
    .option('--speed <factor>', 'retries wait so many times shorter', factor, 60)
    .addOption(new Option('--admin-token <token>', "of the receiver's admin API").env('ADMIN_TOKEN'))
    .option('--account <id>', 'the account whose members are compared')
    .exitOverride()
    .parse([...argv], { from: 'user' })
  return (await play(command.args[0] ?? '', command.opts<ScenarioOptions>(), write)) ? 0 : 1
}
