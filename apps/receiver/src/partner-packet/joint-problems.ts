import { parse } from 'yaml'
import { partnerExample } from './partner-example.ts'

export interface FieldProblem {
  readonly field: string
  readonly problem: string
}

/** What can only be said of two fields together, or beside the example. Looks at whatever the file holds. */
export const jointProblems = (raw: unknown): readonly FieldProblem[] => [
  ...pairProblems(raw),
  ...['company.name', 'userIds.property']
    .filter((field) => isText(valueAt(raw, field)) && valueAt(raw, field) === valueAt(example, field))
    .map((field) => ({ field, problem: 'is still the one of the example' })),
]

const example: unknown = parse(partnerExample)

const pairProblems = (raw: unknown): FieldProblem[] => {
  const property = valueAt(raw, 'userIds.property') ?? null
  const events = valueAt(raw, 'helpCentre.events') ?? null
  const method = valueAt(raw, 'userIds.method')
  const flowBack = valueAt(raw, 'helpCentre.eventsFlowBack')
  const rules: readonly (readonly [field: string, problem: string, isBroken: boolean])[] = [
    ['userIds.property', 'is missing', method === 'joining-key' && property === null],
    ['userIds.property', 'is there although ids are shared', method === 'shared-ids' && property !== null],
    ['helpCentre.events', 'is missing', flowBack === true && events === null],
    ['helpCentre.events', 'is there although no events flow back', flowBack === false && events !== null],
  ]
  return rules.filter(([, , isBroken]) => isBroken).map(([field, problem]) => ({ field, problem }))
}

const isText = (value: unknown): boolean => typeof value === 'string'

const valueAt = (raw: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    return (value as Record<string, unknown>)[name]
  }, raw)
