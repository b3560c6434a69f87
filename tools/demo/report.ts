import { formatCount, formatDuration, formatRate } from '../terminal/format.ts'
import { renderTable, type Column } from '../terminal/table.ts'
import { isEqual, type SetDifference } from './compare-sets.ts'

export interface StepResult {
  readonly name: string
  /** Members that Mixpanel sent in this step. */
  readonly sent: number
  /** From the first page sent until the partner has everything. */
  readonly milliseconds: number
  /** Calls that the partner received in this step. */
  readonly partnerCalls: number
  /** True when nothing changed, so that the partner must not be called. */
  readonly isUnchanged: boolean
  readonly counts: { readonly mixpanel: number; readonly ledger: number; readonly partner: number }
  /** Against the set in Mixpanel. */
  readonly ledger: SetDifference
  readonly partner: SetDifference
}

const columns: readonly Column[] = [
  { title: 'Step' },
  { title: 'Mixpanel', align: 'right' },
  { title: 'Ledger', align: 'right' },
  { title: 'Partner', align: 'right' },
  { title: 'Calls', align: 'right' },
  { title: 'Time', align: 'right' },
  { title: 'Members/s', align: 'right' },
  { title: 'Sets' },
]

const areEqual = ({ ledger, partner }: StepResult): boolean => isEqual(ledger) && isEqual(partner)

const rowOf = (step: StepResult): string[] => [
  step.name,
  formatCount(step.counts.mixpanel),
  formatCount(step.counts.ledger),
  formatCount(step.counts.partner),
  formatCount(step.partnerCalls),
  formatDuration(step.milliseconds),
  formatRate(step.sent, step.milliseconds),
  areEqual(step) ? 'equal' : 'differ',
]

const describeSet = (where: string, { missing, extra, repeated }: SetDifference): string[] => {
  const parts = [
    ...(missing.length ? [`lacks ${formatCount(missing.length)} (${missing[0]} …)`] : []),
    ...(extra.length ? [`has ${formatCount(extra.length)} too many (${extra[0]} …)`] : []),
    ...(repeated.length ? [`lists ${formatCount(repeated.length)} more than once (${repeated[0]} …)`] : []),
  ]
  return parts.length ? [`${where} ${parts.join(', ')}`] : []
}

const problemsOf = (step: StepResult): string[] => [
  ...describeSet('the ledger', step.ledger),
  ...describeSet("the partner's list", step.partner),
  ...(step.isUnchanged && step.partnerCalls > 0
    ? [`the partner was called ${formatCount(step.partnerCalls)} times although nothing changed`]
    : []),
]

/** True when after each step all three sets are equal, by id, and an unchanged sync called no partner. */
export const isSound = (steps: readonly StepResult[]): boolean =>
  steps.length > 0 && steps.every((step) => problemsOf(step).length === 0)

/** The table and, below it, the verdict or what is wrong. */
export const renderReport = (steps: readonly StepResult[]): string => {
  const problems = steps.flatMap((step) => problemsOf(step).map((problem) => `${step.name}: ${problem}.`))
  const verdict = isSound(steps) ? ['All three sets hold the same members after each step.'] : problems
  return [renderTable(columns, steps.map(rowOf)), '', ...verdict].join('\n')
}
