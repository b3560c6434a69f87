import type { Api } from '../command-line/api-client.ts'

type Verb = 'create' | 'update' | 'pause' | 'resume' | 'delete' | 'none'

/** One thing to do, or that there is nothing to do. */
export interface PlannedStep {
  readonly verb: Verb
  /** `account Acme`, `destination webhook`. */
  readonly subject: string
  /** What becomes different, a line each; of secrets only that they are sent. */
  readonly details: readonly string[]
  /** Undefined: nothing is to be done. `accountId`: of the account that it belongs to. */
  readonly carryOut?: (api: Api, accountId: string) => Promise<unknown>
}

/** What an account needs, and then its destinations. */
export interface AccountPlan {
  readonly name: string
  /** Undefined: the first step makes it, and its answer has the id. */
  readonly accountId: string | undefined
  readonly account: PlannedStep
  readonly destinations: readonly PlannedStep[]
}

const signs: Readonly<Record<Verb, string>> = {
  create: '+',
  update: '~',
  pause: '~',
  resume: '~',
  delete: '-',
  none: '=',
}

export const stepsOf = (plans: readonly AccountPlan[]): PlannedStep[] =>
  plans.flatMap(({ account, destinations }) => [account, ...destinations])

export const hasWork = (plans: readonly AccountPlan[]): boolean =>
  stepsOf(plans).some(({ verb }) => verb !== 'none')

/** A list like a diff: + is made, ~ is changed, - is deleted, = is as it should be. */
export const renderPlan = (plans: readonly AccountPlan[]): string => {
  const lines = plans.flatMap(({ account, destinations }) => [
    ...linesOf(account, ''),
    ...destinations.flatMap((step) => linesOf(step, '  ')),
  ])
  return `${[...lines, '', summary(plans)].join('\n')}\n`
}

const linesOf = ({ verb, subject, details }: PlannedStep, indent: string): string[] => [
  `${indent}${signs[verb]} ${verb === 'none' ? '' : `${verb} `}${subject}`,
  ...details.map((detail) => `${indent}    ${detail}`),
]

const summary = (plans: readonly AccountPlan[]): string => {
  const steps = stepsOf(plans)
  const count = (verb: Verb): number => steps.filter((step) => step.verb === verb).length
  const verbs = ['create', 'update', 'pause', 'resume', 'delete'] as const
  const counted = verbs.filter((verb) => count(verb) > 0).map((verb) => `${count(verb)} to ${verb}`)
  return [...counted, `${count('none')} as they should be`].join(', ')
}
