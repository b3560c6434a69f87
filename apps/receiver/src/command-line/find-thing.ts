import type { Api } from './api-client.ts'
import type { ToldAccount, ToldCohort, ToldDestination } from './api-types.ts'
import { CommandError } from './command-error.ts'
import { listAll } from './list-all.ts'
import { renderTable, type Column } from './render-table.ts'
import { shownName, shownText, shownTime } from './shown.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** By id, or by name where only one has it. */
export const findAccount = async (api: Api, text: string): Promise<ToldAccount> => {
  if (uuid.test(text)) return api.call('GET', ['accounts', text])
  const accounts = await listAll<ToldAccount>(api, ['accounts'], { name: 'accounts' })
  const found = accounts.filter(({ name }) => name === text)
  return only(found, {
    what: `account "${shownName(text)}"`,
    list: 'cohort-relay accounts list',
    columns: [
      { title: 'id', cell: ({ id }) => id, whole: true },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
      { title: 'state', cell: ({ deletingSince }) => (deletingSince === null ? '' : 'being deleted') },
    ],
  })
}

/** By id, or by connector where only one is of it. */
export const findDestination = async (
  api: Api,
  account: Pick<ToldAccount, 'id'>,
  text: string,
): Promise<ToldDestination> => {
  const path = ['accounts', account.id, 'destinations']
  const { destinations } = await api.call<{ destinations: ToldDestination[] }>('GET', path)
  const found = destinations.filter(({ id, connector }) => id === text || connector === text)
  return only(found, {
    what: `destination "${shownName(text)}"`,
    list: `cohort-relay destinations list ${account.id}`,
    columns: [
      { title: 'id', cell: ({ id }) => id, whole: true },
      { title: 'connector', cell: ({ connector }) => connector },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
    ],
  })
}

export interface CohortQuestion {
  readonly account: Pick<ToldAccount, 'id'>
  readonly text: string
  readonly projectId?: string | undefined
}

/** By Mixpanel's id, or by name where only one has it. */
export const findCohort = async (api: Api, question: CohortQuestion): Promise<ToldCohort> => {
  const { account, text, projectId } = question
  const { cohorts } = await api.call<{ cohorts: ToldCohort[] }>('GET', ['accounts', account.id, 'cohorts'])
  const candidates = cohorts.filter((cohort) => projectId === undefined || cohort.projectId === projectId)
  const byId = candidates.filter(({ id }) => id === text)
  const found = byId.length > 0 ? byId : candidates.filter(({ name }) => name === text)
  return only(found, {
    what: `cohort "${shownName(text)}"`,
    list: `cohort-relay cohorts list ${account.id}`,
    columns: [
      { title: 'id', cell: ({ id }) => shownText(id), whole: true },
      { title: 'project (--project)', cell: (cohort) => shownText(cohort.projectId), whole: true },
      { title: 'name', cell: ({ name }) => name },
    ],
  })
}

interface Description<Thing> {
  readonly what: string
  /** The command that lists them. */
  readonly list: string
  readonly columns: readonly Column<Thing>[]
}

const only = <Thing>(found: readonly Thing[], { what, list, columns }: Description<Thing>): Thing => {
  const [first] = found
  if (first === undefined) throw new CommandError('notFound', `There is no ${what}. See: ${list}`)
  if (found.length === 1) return first
  throw new CommandError(
    'notFound',
    `More than one is ${what}. Say which:\n${renderTable(columns, found).trimEnd()}`,
  )
}
