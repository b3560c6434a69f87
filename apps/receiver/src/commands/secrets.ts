import type { Command } from 'commander'
import type { Api } from '../command-line/api-client.ts'
import { apiCommand, commandGroup, type ApiCommand } from '../command-line/api-command.ts'
import { renderTable } from '../command-line/render-table.ts'
import { shownCount } from '../command-line/shown.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay secrets …` */
export const secretsCommand = (surroundings: Surroundings): Command =>
  commandGroup(
    'secrets',
    'the keys that partner credentials are encrypted with: list, rotate',
    [list, rotate].map((one) => apiCommand(one, surroundings)),
  )

interface KeyUse {
  readonly keyId: string
  readonly use: string
  readonly destinations: number
}

const list: ApiCommand = {
  name: 'list',
  summary: 'show which keys are in use, and by how many destinations',
  examples: ['secrets list'],
  run: async ({ api }) => {
    const answer = await api.call<{ keys: readonly KeyUse[] }>('GET', ['secrets'])
    return { json: answer, text: tableOf(answer.keys) }
  },
}

const tableOf = (keys: readonly KeyUse[]): string =>
  renderTable<KeyUse>(
    [
      { title: 'key', cell: ({ keyId }) => keyId, whole: true },
      { title: 'use', cell: ({ use }) => use },
      { title: 'destinations', align: 'right', cell: ({ destinations }) => shownCount(destinations) },
    ],
    keys,
  )

const rotate: ApiCommand = {
  name: 'rotate',
  summary: 'encrypt all partner credentials anew with the current key, while everything runs',
  examples: ['secrets rotate'],
  note: `Start every process with the new SECRET_KEY, and the old one in PREVIOUS_SECRET_KEYS, before. Take the old one away once
this says that nothing needs it any more. Safe to repeat.`,
  run: async ({ api, surroundings }) => {
    const total = await rotateAll(api, (checked) => {
      if (surroundings.isTerminal) surroundings.warn(`\r  ${shownCount(checked)} destinations checked`)
    })
    if (surroundings.isTerminal) surroundings.warn('\n')
    const { checked, rotated, unreadable } = total
    const done = `${shownCount(rotated)} of ${shownCount(checked)} destinations were encrypted anew.\n`
    if (unreadable.length === 0)
      return {
        json: total,
        text: `${done}Nothing needs an older key any more: PREVIOUS_SECRET_KEYS can go.\n`,
      }
    const lost = `No key of the server reads these; add theirs to PREVIOUS_SECRET_KEYS, or configure them again:\n`
    return {
      json: total,
      text: `${done}${lost}${unreadable.map((id) => `  ${id}\n`).join('')}`,
      ending: 'failed',
    }
  },
}

interface Rotation {
  readonly checked: number
  readonly rotated: number
  readonly unreadable: readonly string[]
}

const rotateAll = async (api: Api, onPage: (checked: number) => void): Promise<Rotation> => {
  let total: Rotation = { checked: 0, rotated: 0, unreadable: [] }
  let after: string | undefined
  do {
    const page: Rotation & { readonly next: string | null } = await api.call('POST', ['secrets', 'rotate'], {
      query: { after },
    })
    total = {
      checked: total.checked + page.checked,
      rotated: total.rotated + page.rotated,
      unreadable: [...total.unreadable, ...page.unreadable],
    }
    onPage(total.checked)
    after = page.next ?? undefined
  } while (after !== undefined)
  return total
}
