import { Argument, Option, type Command } from 'commander'
import { adminRoles } from '@cohort-relay/core'
import { apiCommand, commandGroup, type ApiCommand } from '../command-line/api-command.ts'
import type { ToldToken } from '../command-line/api-types.ts'
import { renderFields, renderTable } from '../command-line/render-table.ts'
import { shownText, shownTime } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay tokens …` */
export const tokensCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'tokens',
    'named tokens of the admin API: list, create, revoke',
    [list, create, revoke].map((one) => apiCommand(one, surroundings)),
  )

const list: ApiCommand = {
  name: 'list',
  summary: 'list the named tokens, without the tokens themselves',
  examples: ['tokens list'],
  run: async ({ api }) => {
    const answer = await api.call<{ tokens: readonly ToldToken[] }>('GET', ['tokens'])
    const none =
      'There are no named tokens. Make one: cohort-relay tokens create "Ann, support" --role operator\n'
    return { json: answer, text: answer.tokens.length === 0 ? none : tableOf(answer.tokens) }
  },
}

const tableOf = (tokens: readonly ToldToken[]): string =>
  renderTable<ToldToken>(
    [
      { title: 'id', cell: ({ id }) => id, whole: true },
      { title: 'name', cell: ({ name }) => name },
      { title: 'role', cell: ({ role }) => role },
      { title: 'created (UTC)', cell: ({ createdAt }) => shownTime(createdAt) },
      { title: 'revoked', cell: ({ revokedAt }) => shownTime(revokedAt) },
    ],
    tokens,
  )

const create: ApiCommand = {
  name: 'create',
  summary: 'make a named token',
  arguments: [new Argument('<name>', 'who uses it; the audit log shows the name')],
  options: [
    new Option(
      '--role <role>',
      'viewer reads; operator also pauses, resumes, checks and approves; admin does everything',
    )
      .choices(adminRoles)
      .makeOptionMandatory(),
  ],
  examples: ['tokens create "Ann, support" --role operator'],
  note: 'The token is shown this once. Ann sets it as COHORT_RELAY_TOKEN.',
  run: async ({ api, given: [name], options: { role } }) => {
    const made = await api.call<ToldToken & { token: string }>('POST', ['tokens'], { body: { name, role } })
    const text = renderFields([
      ['id', made.id],
      ['name', shownText(made.name)],
      ['role', made.role],
      ['token', `${made.token}  (shown this once)`],
    ])
    return { json: made, text }
  },
}

const revoke: ApiCommand = {
  name: 'revoke',
  summary: 'end a named token: it opens nothing from the next call on',
  arguments: [new Argument('<token-id>', 'the public part of the token, as the list shows it')],
  confirms: true,
  examples: ['tokens revoke 4fGh7Kq2LmN0 --yes'],
  run: async ({ api, given: [id = ''], confirm }) => {
    await confirm(`Revoke the token ${id}?`)
    await api.call('DELETE', ['tokens', id])
    return { text: `The token ${id} is revoked.\n` }
  },
}
