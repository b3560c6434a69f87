import { isDeepStrictEqual } from 'node:util'
import type { Api } from '../command-line/api-client.ts'
import type { ToldAccount, ToldDestination } from '../command-line/api-types.ts'
import { fillIn, type FieldFault } from '../command-line/fill-in.ts'
import { listAll } from '../command-line/list-all.ts'
import { shownName } from '../command-line/shown.ts'
import type { DeclaredAccount, Declaration } from './declaration-schema.ts'
import { openSettings } from './destination-faults.ts'
import { matchDestinations } from './match-destinations.ts'
import { planDestination, type PlanOptions } from './plan-destination.ts'
import type { AccountPlan, PlannedStep } from './plan.ts'

export interface DeclarationPlanOptions extends PlanOptions {
  /** What is deleted that the file does not name. */
  readonly prune: 'nothing' | 'destinations' | 'accounts'
}

export interface DeclarationPlan {
  readonly plans: readonly AccountPlan[]
  readonly faults: readonly FieldFault[]
}

/** What it takes to make everything what the file says. Reads, and changes nothing. */
export const planDeclaration = async (
  api: Api,
  { accounts }: Declaration,
  options: DeclarationPlanOptions,
): Promise<DeclarationPlan> => {
  const all = await listAll<ToldAccount>(api, ['accounts'], { name: 'accounts' })
  const existing = all.filter(({ deletingSince }) => deletingSince === null)
  const plans: AccountPlan[] = []
  const faults: FieldFault[] = []
  const kept = new Set<string>()
  for (const [index, declared] of accounts.entries()) {
    const path = `accounts.${index}`
    const found = accountOf(declared, existing)
    if (typeof found === 'string') {
      faults.push({ path: `${path}.${declared.id === undefined ? 'name' : 'id'}`, message: found })
      continue
    }
    if (found !== undefined) kept.add(found.id)
    const planned = await planAccount(api, { declared, found, path }, options)
    plans.push(planned.plan)
    faults.push(...planned.faults)
  }
  const gone = options.prune === 'accounts' ? existing.filter(({ id }) => !kept.has(id)) : []
  return { plans: [...plans, ...gone.map(deletion)], faults }
}

/** A sentence: what keeps us from knowing which one is meant. */
const accountOf = (
  { id, name }: DeclaredAccount,
  existing: readonly ToldAccount[],
): ToldAccount | undefined | string => {
  if (id !== undefined) return existing.find((one) => one.id === id) ?? 'there is no such account'
  const found = existing.filter((one) => one.name === name)
  if (found.length <= 1) return found[0]
  return `several accounts have this name; add the id of one of them: ${found.map((one) => one.id).join(', ')}`
}

interface AccountQuestion {
  readonly declared: DeclaredAccount
  readonly found: ToldAccount | undefined
  readonly path: string
}

const planAccount = async (
  api: Api,
  question: AccountQuestion,
  options: DeclarationPlanOptions,
): Promise<{ readonly plan: AccountPlan; readonly faults: readonly FieldFault[] }> => {
  const { declared, found, path } = question
  const existing = found === undefined ? [] : await destinationsOf(api, found)
  const comparable = declared.destinations.map((one) => {
    const connector = options.connectors.find(({ id }) => id === one.connector)!
    const open = fillIn(openSettings(connector, one.settings), options.variables)
    return { declared: one, open: open as Record<string, unknown> }
  })
  const matched = matchDestinations(comparable, existing)
  const planned = comparable.map((one, index) => {
    const match = matched.found[index]
    const at = `${path}.destinations.${index}`
    if (match === 'ambiguous')
      return { steps: [], faults: [ambiguity(at, one.declared.connector, matched.left)] }
    if (match === undefined && one.declared.id !== undefined)
      return { steps: [], faults: [{ path: `${at}.id`, message: 'the account has no such destination' }] }
    return planDestination({ ...one, path: at, found: match }, options)
  })
  const gone = options.prune === 'nothing' ? [] : matched.left.map(destinationDeletion)
  return {
    plan: {
      name: declared.name,
      accountId: found?.id,
      account: accountStep(declared, found),
      destinations: [...planned.flatMap(({ steps }) => steps), ...gone],
    },
    faults: planned.flatMap(({ faults }) => faults),
  }
}

const destinationsOf = async (api: Api, { id }: ToldAccount): Promise<ToldDestination[]> => {
  const path = ['accounts', id, 'destinations']
  const { destinations } = await api.call<{ destinations: ToldDestination[] }>('GET', path)
  return destinations.filter(({ drainingSince }) => drainingSince === null)
}

const ambiguity = (path: string, connector: string, left: readonly ToldDestination[]): FieldFault => {
  const ids = left.filter((one) => one.connector === connector).map(({ id }) => id)
  return { path, message: `may be any of several destinations; add the id of the one: ${ids.join(', ')}` }
}

const accountStep = (declared: DeclaredAccount, found: ToldAccount | undefined): PlannedStep => {
  const { name, settings } = declared
  const subject = `account ${shownName(name)}`
  if (found === undefined)
    return {
      verb: 'create',
      subject,
      details: Object.entries(settings).map(([setting, value]) => `${setting}: ${JSON.stringify(value)}`),
      carryOut: (api) => api.call('POST', ['accounts'], { body: { name, settings } }),
    }
  const before: Readonly<Record<string, unknown>> = found.settings
  const changed = Object.entries(settings).filter(
    ([setting, value]) => !isDeepStrictEqual(before[setting], value),
  )
  if (changed.length === 0 && found.name === name) return { verb: 'none', subject, details: [] }
  const body = {
    ...(found.name !== name && { name }),
    ...(changed.length > 0 && { settings: Object.fromEntries(changed) }),
  }
  return {
    verb: 'update',
    subject,
    details: [
      ...(found.name === name ? [] : [`name: ${shownName(found.name)} → ${shownName(name)}`]),
      ...changed.map(
        ([setting, value]) => `${setting}: ${JSON.stringify(before[setting])} → ${JSON.stringify(value)}`,
      ),
    ],
    carryOut: (api) => api.call('PATCH', ['accounts', found.id], { body, version: found.version }),
  }
}

const deletion = ({ id, name }: ToldAccount): AccountPlan => ({
  name,
  accountId: id,
  account: {
    verb: 'delete',
    subject: `account ${shownName(name)} (${id})`,
    details: ['with all that belongs to it; its members are removed at its destinations first'],
    carryOut: (api) => api.call('DELETE', ['accounts', id]),
  },
  destinations: [],
})

const destinationDeletion = ({ id, connector }: ToldDestination): PlannedStep => ({
  verb: 'delete',
  subject: `destination ${connector} (${id})`,
  details: ['its members are removed there first'],
  carryOut: (api, accountId) => api.call('DELETE', ['accounts', accountId, 'destinations', id]),
})
