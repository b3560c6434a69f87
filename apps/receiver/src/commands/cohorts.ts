import { Option, type Command } from 'commander'
import { apiCommand, commandGroup, type ApiCommand } from '../command-line/api-command.ts'
import type { ToldCohort, ToldMembers } from '../command-line/api-types.ts'
import { CommandError } from '../command-line/command-error.ts'
import { findAccount, findCohort } from '../command-line/find-thing.ts'
import { listSome } from '../command-line/list-all.ts'
import {
  accountArgument,
  afterOption,
  cohortArgument,
  limitOption,
  projectOption,
} from '../command-line/options.ts'
import { renderTable } from '../command-line/render-table.ts'
import { shownCount, shownName, shownText, shownTime } from '../command-line/shown.ts'
import { cohortState, sumOf } from '../command-line/cohort-state.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay cohorts …` */
export const cohortsCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'cohorts',
    'what the ledger holds: list, members, approve-removals',
    [list, members, approveRemovals].map((one) => apiCommand(one, surroundings)),
  )

const list: ApiCommand = {
  name: 'list',
  summary: 'list the cohorts of an account, and how far its destinations are',
  arguments: [accountArgument()],
  examples: ['cohorts list Acme'],
  run: async ({ api, given: [account = ''] }) => {
    const { id } = await findAccount(api, account)
    const answer = await api.call<{ cohorts: readonly ToldCohort[] }>('GET', ['accounts', id, 'cohorts'])
    return { json: answer, text: answer.cohorts.length === 0 ? noCohorts : tableOf(answer.cohorts) }
  },
}

const noCohorts =
  'There are no cohorts yet: Mixpanel has sent none. The customer enters the webhook and a key in Mixpanel and starts a sync.\n'

const tableOf = (cohorts: readonly ToldCohort[]): string =>
  renderTable<ToldCohort>(
    [
      { title: 'id', cell: ({ id }) => shownText(id), whole: true },
      { title: 'project', cell: ({ projectId }) => projectId },
      { title: 'name', cell: ({ name }) => name },
      { title: 'members', align: 'right', cell: (cohort) => shownCount(cohort.members) },
      { title: 'last sync (UTC)', cell: ({ lastSyncAt }) => shownTime(lastSyncAt) },
      { title: 'owed', align: 'right', cell: (cohort) => shownCount(sumOf(cohort, 'owed')) },
      { title: 'failed', align: 'right', cell: (cohort) => shownCount(sumOf(cohort, 'failed')) },
      { title: 'state', cell: cohortState },
    ],
    cohorts,
  )

const members: ApiCommand = {
  name: 'members',
  summary: 'list who is in a cohort, in the order in which they were first seen',
  arguments: [accountArgument(), cohortArgument()],
  options: [projectOption(), limitOption(1000), afterOption()],
  examples: ['cohorts members Acme 42', 'cohorts members Acme "Loyal fans" --limit 20'],
  run: async ({ api, given: [account = '', cohort = ''], options }) => {
    const { project, limit, after } = options as { project?: string; limit: number; after?: string }
    const owner = await findAccount(api, account)
    const { id, projectId } = await findCohort(api, { account: owner, text: cohort, projectId: project })
    const { entries, next } = await listSome<ToldMembers['members'][number]>(
      api,
      ['accounts', owner.id, 'cohorts', id, 'members'],
      { name: 'members', query: { projectId }, limit, after },
    )
    return { json: { members: entries, next }, text: membersText(entries, next) }
  },
}

const membersText = (entries: ToldMembers['members'], next: string | null): string => {
  if (entries.length === 0) return 'Nobody is in this cohort.\n'
  const table = renderTable<ToldMembers['members'][number]>(
    [
      { title: 'member', cell: ({ id }) => shownText(id), whole: true },
      { title: 'change', align: 'right', cell: ({ sequence }) => shownCount(sequence) },
      { title: 'changed (UTC)', cell: ({ changedAt }) => shownTime(changedAt) },
    ],
    entries,
  )
  return next === null ? table : `${table}\nMore: --after ${next}\n`
}

const approveRemovals: ApiCommand = {
  name: 'approve-removals',
  summary: 'carry out removals that wait because one sync removed too many',
  arguments: [accountArgument(), cohortArgument()],
  options: [
    projectOption(),
    new Option(
      '--plan <plan>',
      'approve only this plan, as `cohorts list --json` shows it (default: the one that waits)',
    ),
  ],
  confirms: true,
  examples: ['cohorts approve-removals Acme 42', 'cohorts approve-removals Acme 42 --plan 17 --yes'],
  note: 'A newer full set takes the place of what waits; without an approval the members stay.',
  run: async ({ api, given: [account = '', text = ''], options, confirm }) => {
    const { project, plan } = options as { project?: string; plan?: string }
    const owner = await findAccount(api, account)
    const cohort = await findCohort(api, { account: owner, text, projectId: project })
    const held = cohort.heldRemovals
    const approved = plan ?? held?.plan
    if (approved === undefined) return nothingWaits(cohort)
    await confirm(questionOf(cohort, owner.name))
    const answer = await api.call<{ members: number }>(
      'POST',
      ['accounts', owner.id, 'cohorts', cohort.id, 'approve-removals'],
      { query: { projectId: cohort.projectId }, body: { plan: approved } },
    )
    return { json: answer, text: `${shownCount(answer.members)} members are removed.\n` }
  },
}

const nothingWaits = ({ name }: ToldCohort): never => {
  throw new CommandError('notFound', `No removals wait in the cohort ${shownName(name)}.`)
}

const questionOf = ({ name, members: all, heldRemovals }: ToldCohort, accountName: string): string => {
  const count = shownCount(heldRemovals?.members ?? 0)
  return `Remove ${count} of the ${shownCount(all)} members of ${shownName(name)} (${shownName(accountName)}), here and at every destination?`
}
