import { readFileSync } from 'node:fs'
import { Argument, Option, type Command } from 'commander'
import { apiCommand, type ApiCommand, type CommandCall, type Said } from '../command-line/api-command.ts'
import type { ToldConnector } from '../command-line/api-types.ts'
import { CommandError } from '../command-line/command-error.ts'
import type { FieldFault } from '../command-line/fill-in.ts'
import { faultsText } from '../command-line/read-parts.ts'
import { renderTable } from '../command-line/render-table.ts'
import { shownName } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'
import { carryOutPlan, type CarriedOut, type OnStep } from '../declaration/carry-out-plan.ts'
import type { Declaration } from '../declaration/declaration-schema.ts'
import { destinationFaults } from '../declaration/destination-faults.ts'
import { planDeclaration, type DeclarationPlanOptions } from '../declaration/plan-declaration.ts'
import { hasWork, renderPlan, stepsOf, type AccountPlan } from '../declaration/plan.ts'
import { readDeclaration } from '../declaration/read-declaration.ts'

/** `cohort-relay apply` */
export const applyCommand = (surroundings: Surroundings): Command => apiCommand(apply, surroundings)

const note = `The file:
  accounts:
    - name: Acme
      settings:
        massRemovalPercent: 80
      destinations:
        - connector: webhook
          settings:
            url: https://partner.example/cohorts
            secret: \${PARTNER_SECRET}
          identity:
            - { property: email, kind: email }
          properties: all
          paused: false

What the file does not name stays as it is. Accounts are known by name, destinations by their settings; where that does
not tell them apart, by an added id. Secrets come from the environment alone. They cannot be read back and compared, so
they are sent where the destination is new, where another of its settings differs, and with --rotate-secrets.
Nothing is deleted without --prune. Keys of new accounts are shown at the end, this once.`

const apply: ApiCommand = {
  name: 'apply',
  summary: 'make accounts and destinations what a YAML file says; the plan is shown first',
  arguments: [new Argument('<file>', 'the file; - reads standard input')],
  options: [
    new Option('--plan', 'show the plan and change nothing'),
    new Option('--rotate-secrets', 'send every secret of the file'),
    new Option(
      '--prune [what]',
      'delete destinations of its accounts that the file does not name, or also accounts',
    )
      .choices(['destinations', 'accounts'])
      .preset('destinations'),
    new Option('--no-verify', 'do not ask partners whether they accept new settings'),
  ],
  confirms: true,
  examples: ['apply accounts.yaml --plan', 'apply accounts.yaml', 'apply accounts.yaml --yes --prune'],
  note,
  run: async (call) => {
    const {
      api,
      given: [file = ''],
      surroundings,
    } = call
    const declaration = await read(file, surroundings)
    const options = await optionsOf(call, declaration)
    const { plans, faults } = await planDeclaration(api, declaration, options)
    if (faults.length > 0) throw refusal(file, faults)
    if (!hasWork(plans) || call.options['plan'] === true) return unchanged(plans)
    const { json = false } = call.options as { json?: boolean }
    const tell = json ? surroundings.warn : surroundings.write
    tell(`${renderPlan(plans)}\n`)
    await call.confirm('Carry this out?')
    return said(plans, await carryOutPlan(api, plans, reporter(tell)))
  },
}

const read = async (file: string, { readInput }: Surroundings): Promise<Declaration> => {
  const reading = readDeclaration(file === '-' ? await readInput() : textOf(file))
  if (reading.faults !== undefined) throw refusal(file, reading.faults)
  return reading.declaration
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new CommandError('usage', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

const refusal = (file: string, faults: readonly FieldFault[]): CommandError =>
  new CommandError('usage', `${faultsText(file, faults)}\nNothing was changed.`)

const optionsOf = async (
  { api, options, surroundings }: CommandCall,
  declaration: Declaration,
): Promise<DeclarationPlanOptions> => {
  const variables = surroundings.environment
  const { connectors } = await api.call<{ connectors: readonly ToldConnector[] }>('GET', ['connectors'])
  const faults = destinationFaults(declaration, connectors, variables)
  if (faults.length > 0) throw refusal('The file', faults)
  const {
    prune = 'nothing',
    rotateSecrets = false,
    verify,
  } = options as {
    prune?: DeclarationPlanOptions['prune']
    rotateSecrets?: boolean
    verify: boolean
  }
  return { connectors, variables, prune, rotateSecrets, verify }
}

const unchanged = (plans: readonly AccountPlan[]): Said => ({
  json: { plan: jsonOf(plans), applied: false, done: 0, failed: 0, keys: [] },
  text: `${renderPlan(plans)}${hasWork(plans) ? '' : '\nNothing to do.\n'}`,
})

const jsonOf = (plans: readonly AccountPlan[]): object[] =>
  plans.flatMap((plan) =>
    stepsOf([plan]).map(({ verb, subject, details }) => ({ account: plan.name, verb, subject, details })),
  )

const reporter =
  (tell: (text: string) => void): OnStep =>
  ({ name }, { verb, subject }, problem) => {
    const what = `${verb} ${subject}${subject.startsWith('account') ? '' : ` of ${shownName(name)}`}`
    tell(
      problem === undefined
        ? `done    ${what}\n`
        : `FAILED  ${what}\n        ${problem.replaceAll('\n', '\n        ')}\n`,
    )
  }

const said = (plans: readonly AccountPlan[], carriedOut: CarriedOut): Said => {
  const { done, failed, keys } = carriedOut
  const table = renderTable<CarriedOut['keys'][number]>(
    [
      { title: 'account', cell: ({ account }) => account },
      { title: 'id', cell: ({ accountId }) => accountId, whole: true },
      { title: 'key, shown this once', cell: ({ key }) => key, whole: true },
    ],
    keys,
  )
  const again = failed === 0 ? '' : ' Mend what is said above and run it again: what is done stays done.'
  return {
    json: { plan: jsonOf(plans), applied: true, ...carriedOut },
    text: `\n${keys.length === 0 ? '' : `${table}\n`}${done} done, ${failed} failed.${again}\n`,
    ending: failed === 0 ? 'done' : 'failed',
  }
}
