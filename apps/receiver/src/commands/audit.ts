import { Argument, type Command } from 'commander'
import { apiCommand, type ApiCommand } from '../command-line/api-command.ts'
import type { ToldAuditLine } from '../command-line/api-types.ts'
import { findAccount } from '../command-line/find-thing.ts'
import { listSome } from '../command-line/list-all.ts'
import { afterOption, limitOption } from '../command-line/options.ts'
import { renderTable } from '../command-line/render-table.ts'
import { shownTime } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay audit` */
export const auditCommand = (surroundings: Surroundings): Command => apiCommand(audit, surroundings)

const audit: ApiCommand = {
  name: 'audit',
  summary: 'show who changed what and when, the newest first',
  arguments: [new Argument('[account]', 'id or name of an account (default: everything)')],
  options: [limitOption(50), afterOption()],
  examples: ['audit', 'audit Acme --limit 200'],
  note: 'Values that may be secret are never in it: their fields are named, and their values left out.',
  run: async ({ api, given: [account], options }) => {
    const path =
      account === undefined ? ['audit'] : ['accounts', (await findAccount(api, account)).id, 'audit']
    const { limit, after } = options as { readonly limit: number; readonly after?: string }
    const { entries, next } = await listSome<ToldAuditLine>(api, path, { name: 'lines', limit, after })
    const more = next === null ? '' : `\nOlder ones: --after ${next}\n`
    const text = entries.length === 0 ? 'Nothing was changed yet.\n' : `${tableOf(entries)}${more}`
    return { json: { lines: entries, next }, text }
  },
}

const tableOf = (lines: readonly ToldAuditLine[]): string =>
  renderTable<ToldAuditLine>(
    [
      { title: 'time (UTC)', cell: ({ at }) => shownTime(at) },
      { title: 'who', cell: ({ actor }) => actor },
      { title: 'what', cell: ({ action }) => action },
      { title: 'account', cell: ({ accountId }) => accountId ?? '-', whole: true },
      { title: 'fields', cell: ({ changes }) => Object.entries(changes).map(changeText).join(', ') },
      { title: 'outcome', cell: ({ outcome, problem }) => problem ?? outcome },
    ],
    lines,
  )

const changeText = ([field, value]: [string, ToldAuditLine['changes'][string]]): string =>
  value === null ? field : `${field}=${String(value)}`
