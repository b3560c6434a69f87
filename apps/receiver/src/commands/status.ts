import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Api } from '../command-line/api-client.ts'
import { apiCommand, type ApiCommand, type CommandCall } from '../command-line/api-command.ts'
import type { ToldAccount, ToldCohort } from '../command-line/api-types.ts'
import { CommandError } from '../command-line/command-error.ts'
import { findAccount } from '../command-line/find-thing.ts'
import { inGroups } from '../command-line/in-groups.ts'
import { listAll } from '../command-line/list-all.ts'
import { renderStatus, type AccountStatus } from '../command-line/render-status.ts'
import type { Surroundings } from '../command-line/surroundings.ts'

/** `cohort-relay status` */
export const statusCommand = (surroundings: Surroundings): Command => apiCommand(status, surroundings)

const readInterval = (text: string): number => {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('Give a number of seconds from 1 on.')
}

const status: ApiCommand = {
  name: 'status',
  summary: 'show every account and cohort: last sync, what is owed and failed, and what needs attention',
  options: [
    new Option('--account <account>', 'only this account: id or name'),
    new Option('--attention', 'only what needs attention'),
    new Option('--watch [seconds]', 'paint it again every so often, until Ctrl-C')
      .argParser(readInterval)
      .preset('2'),
    new Option(
      '--wait [seconds]',
      'wait until everything came in and was delivered; exit code 1 when it was not by then',
    )
      .argParser(readInterval)
      .preset('60')
      .conflicts('watch'),
  ],
  examples: [
    'status',
    'status --attention',
    'status --account Acme --watch 5',
    'status --account Acme --wait 30',
    'status --json | jq .accounts',
  ],
  note: 'With --watch --json it prints one line of JSON each time. --wait does not wait for destinations that are paused.',
  run: async (call) => {
    const { watch, wait, attention = false } = call.options as StatusOptions
    if (call.isOffline && (watch ?? wait) !== undefined)
      throw new CommandError(
        'usage',
        'Offline nothing changes: start the server, or leave --watch and --wait away.',
      )
    if (watch !== undefined) return watchStatus(call, watch)
    const accounts = await (wait === undefined ? readStatus(call) : untilSettled(call, wait))
    const ending = wait === undefined || accounts.every(isSettled) ? 'done' : 'failed'
    return { json: { accounts }, text: renderStatus(accounts, attention), ending }
  },
}

interface StatusOptions {
  readonly watch?: number
  readonly wait?: number
  readonly attention?: boolean
}

const untilSettled = async (call: CommandCall, seconds: number): Promise<AccountStatus[]> => {
  const { now, wait } = call.surroundings
  const end = now().getTime() + seconds * 1000
  for (;;) {
    const accounts = await readStatus(call)
    if (accounts.every(isSettled) || now().getTime() >= end) return accounts
    await wait(500)
  }
}

/** Nothing is on its way. */
const isSettled = ({ cohorts }: AccountStatus): boolean =>
  cohorts.every(
    ({ openSession, destinations }) =>
      !openSession && destinations.every(({ state, owed }) => state === 'paused' || owed === 0),
  )

const readStatus = async ({ api, options }: CommandCall): Promise<AccountStatus[]> => {
  const { account } = options as { account?: string }
  const accounts =
    account === undefined
      ? await listAll<ToldAccount>(api, ['accounts'], { name: 'accounts' })
      : [await findAccount(api, account)]
  const sorted = accounts.toSorted((one, other) => one.name.localeCompare(other.name))
  return inGroups(sorted, (one) => withCohorts(api, one))
}

/** An account that is gone meanwhile has none. */
const withCohorts = async (api: Api, account: ToldAccount): Promise<AccountStatus> => {
  try {
    const path = ['accounts', account.id, 'cohorts']
    return { ...account, ...(await api.call<{ cohorts: ToldCohort[] }>('GET', path)) }
  } catch (error) {
    if (error instanceof CommandError && error.ending === 'notFound') return { ...account, cohorts: [] }
    throw error
  }
}

const clear = '\u001B[H\u001B[2J\u001B[3J'

const watchStatus = async (call: CommandCall, seconds: number): Promise<{ readonly text: string }> => {
  const { surroundings, options } = call
  const { json = false, attention = false } = options as { json?: boolean; attention?: boolean }
  const stop = surroundings.interrupted()
  while (!stop.aborted) {
    const accounts = await readStatus(call)
    const painted = `${surroundings.now().toISOString()}\n\n${renderStatus(accounts, attention)}`
    if (json) surroundings.write(`${JSON.stringify({ accounts })}\n`)
    else surroundings.write(surroundings.isTerminal ? `${clear}${painted}` : `${painted}\n`)
    await Promise.race([surroundings.wait(seconds * 1000), untilAborted(stop)])
  }
  return { text: '' }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
