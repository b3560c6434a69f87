import type { ToldAccount, ToldCohort } from './api-types.ts'
import { cohortState, sumOf } from './cohort-state.ts'
import { renderTable } from './render-table.ts'
import { shownCount, shownTime } from './shown.ts'

export type AccountStatus = ToldAccount & { readonly cohorts: readonly ToldCohort[] }

interface Row {
  readonly account: AccountStatus
  /** Undefined: the account has none. */
  readonly cohort: ToldCohort | undefined
  readonly state: string
}

/** States that will pass by themselves. */
const calm = new Set(['ok', 'delivering', 'syncing'])

/** A line for each cohort, and for each account without one. */
export const renderStatus = (accounts: readonly AccountStatus[], onlyAttention: boolean): string => {
  if (accounts.length === 0) return 'There are no accounts yet. Make one: cohort-relay accounts create Acme\n'
  const rows = accounts.flatMap(rowsOf)
  const shown = onlyAttention ? rows.filter(needsAttention) : rows
  const table = shown.length === 0 ? 'Nothing needs attention.\n' : tableOf(shown)
  return `${table}\n${totals(accounts, rows)}\n`
}

const rowsOf = (account: AccountStatus): Row[] =>
  account.cohorts.length === 0
    ? [{ account, cohort: undefined, state: accountState(account) ?? 'nothing came yet' }]
    : account.cohorts.map((cohort) => ({
        account,
        cohort,
        state: accountState(account) ?? cohortState(cohort),
      }))

const accountState = ({ deletingSince, settings: { disabled } }: AccountStatus): string | undefined => {
  if (deletingSince !== null) return 'being deleted'
  return disabled ? 'disabled' : undefined
}

const needsAttention = ({ cohort, state }: Row): boolean =>
  !state.split(', ').every((part) => calm.has(part)) || (cohort !== undefined && sumOf(cohort, 'failed') > 0)

const tableOf = (rows: readonly Row[]): string =>
  renderTable<Row>(
    [
      { title: 'account', cell: ({ account }) => account.name },
      { title: 'cohort', cell: ({ cohort }) => (cohort === undefined ? '-' : cohort.name || cohort.id) },
      { title: 'members', align: 'right', cell: ({ cohort }) => countOf(cohort, ({ members }) => members) },
      { title: 'last sync (UTC)', cell: ({ cohort }) => shownTime(cohort?.lastSyncAt) },
      { title: 'owed', align: 'right', cell: ({ cohort }) => countOf(cohort, (one) => sumOf(one, 'owed')) },
      {
        title: 'failed',
        align: 'right',
        cell: ({ cohort }) => countOf(cohort, (one) => sumOf(one, 'failed')),
      },
      { title: 'state', cell: ({ state }) => state, whole: true },
    ],
    rows,
  )

const countOf = (cohort: ToldCohort | undefined, count: (cohort: ToldCohort) => number): string =>
  cohort === undefined ? '-' : shownCount(count(cohort))

const totals = (accounts: readonly AccountStatus[], rows: readonly Row[]): string => {
  const cohorts = accounts.flatMap((account) => account.cohorts)
  const total = (name: 'owed' | 'failed') => cohorts.reduce((sum, cohort) => sum + sumOf(cohort, name), 0)
  const numbers = [
    `accounts ${shownCount(accounts.length)}`,
    `cohorts ${shownCount(cohorts.length)}`,
    `owed ${shownCount(total('owed'))}`,
    `failed ${shownCount(total('failed'))}`,
    `need attention ${shownCount(rows.filter(needsAttention).length)}`,
  ]
  return numbers.join(', ')
}
