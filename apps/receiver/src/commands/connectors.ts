import { Argument, type Command } from 'commander'
import { apiCommand, commandGroup, type ApiCommand } from '../command-line/api-command.ts'
import type { ToldConnector } from '../command-line/api-types.ts'
import { fieldsOf } from '../command-line/fill-in.ts'
import { renderFields, renderTable } from '../command-line/render-table.ts'
import { shownCount } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay connectors …` */
export const connectorsCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'connectors',
    'partner products that may be destinations: list, show',
    [list, show].map((one) => apiCommand(one, surroundings)),
  )

const list: ApiCommand = {
  name: 'list',
  summary: 'list the connectors of the server',
  examples: ['connectors list'],
  run: async ({ api }) => {
    const answer = await api.call<{ connectors: readonly ToldConnector[] }>('GET', ['connectors'])
    const text = renderTable<ToldConnector>(
      [
        { title: 'id', cell: ({ id }) => id, whole: true },
        { title: 'name', cell: ({ name }) => name },
        { title: 'identity', cell: ({ identityKinds }) => identityKinds.join(', ') },
        {
          title: 'members a call',
          align: 'right',
          cell: ({ capabilities }) => shownCount(capabilities.membersPerCall),
        },
      ],
      answer.connectors,
    )
    return { json: answer, text: `${text}\nThe settings of one: cohort-relay connectors show <id>\n` }
  },
}

const show: ApiCommand = {
  name: 'show',
  summary: 'show what a connector can do and which settings it needs',
  arguments: [new Argument('<connector>', 'id of the connector')],
  examples: ['connectors show webhook'],
  run: async ({ api, given: [id = ''] }) => {
    const connector = await api.call<ToldConnector>('GET', ['connectors', id])
    return { json: connector, text: textOf(connector) }
  },
}

const textOf = (connector: ToldConnector): string => {
  const { name, identityKinds, capabilities, documentation } = connector
  const fields = renderFields([
    ['name', name],
    ['identity', `${identityKinds.join(', ')}, best first`],
    ['members a call', shownCount(capabilities.membersPerCall)],
    ['makes people', capabilities.createsPeople ? 'yes' : 'no: whom the product does not know is skipped'],
    ['properties', capabilities.properties],
    ['described in', documentation],
  ])
  const settings = renderTable(
    [
      { title: 'setting', cell: ({ name: setting }) => setting, whole: true },
      { title: 'type', cell: ({ type }) => type },
      { title: 'needed', cell: ({ isRequired }) => (isRequired ? 'yes' : '') },
      { title: 'secret', cell: ({ isSecret }) => (isSecret ? 'yes' : '') },
      { title: 'default', cell: ({ fallback }) => (fallback === undefined ? '' : JSON.stringify(fallback)) },
    ],
    [...fieldsOf(connector).values()],
  )
  return `${fields}\n${settings}`
}
