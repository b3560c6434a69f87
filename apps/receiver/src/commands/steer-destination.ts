import { Option } from 'commander'
import type { ApiCommand, CommandCall } from '../command-line/api-command.ts'
import type { ToldDestination } from '../command-line/api-types.ts'
import { findAccount, findDestination } from '../command-line/find-thing.ts'
import { accountArgument, destinationArgument } from '../command-line/options.ts'
import { saidDestination } from '../command-line/said-destination.ts'
import { shownName } from '../command-line/shown.ts'

const locate = async ({ api, given: [account = '', destination = ''] }: CommandCall) => {
  const owner = await findAccount(api, account)
  const found = await findDestination(api, owner, destination)
  return { owner, found, path: ['accounts', owner.id, 'destinations', found.id] }
}

const steer = async (call: CommandCall, verb: string): Promise<ToldDestination> => {
  const { path } = await locate(call)
  return call.api.call('POST', [...path, verb])
}

const both = { arguments: [accountArgument(), destinationArgument()] }

export const pauseDestination: ApiCommand = {
  ...both,
  name: 'pause',
  summary: 'do not call a destination until it is resumed; what is owed to it waits',
  examples: ['destinations pause Acme webhook'],
  run: async (call) => saidDestination(await steer(call, 'pause')),
}

export const resumeDestination: ApiCommand = {
  ...both,
  name: 'resume',
  summary: 'deliver what waited, also where the partner asked for a rest or refused the credentials',
  examples: ['destinations resume Acme webhook'],
  run: async (call) => saidDestination(await steer(call, 'resume')),
}

export const checkDestination: ApiCommand = {
  ...both,
  name: 'check',
  summary: 'ask the partner whether it accepts the settings; changes nothing there',
  examples: ['destinations check Acme webhook'],
  run: async (call) => saidDestination(await steer(call, 'check'), 'The partner accepts the settings.\n\n'),
}

export const deleteDestination: ApiCommand = {
  ...both,
  name: 'delete',
  summary: 'remove the members there, then delete the destination',
  options: [new Option('--no-drain', 'leave the members there as they are')],
  confirms: true,
  examples: ['destinations delete Acme webhook', 'destinations delete Acme webhook --no-drain --yes'],
  run: async (call) => {
    const { owner, found, path } = await locate(call)
    const drain = call.options['drain'] === true
    const what = drain ? 'Its members are removed there.' : 'Its members stay there as they are.'
    await call.confirm(
      `Delete the destination ${found.connector} (${found.id}) of ${shownName(owner.name)}? ${what}`,
    )
    await call.api.call('DELETE', path, { query: { drain: String(drain) } })
    const when = call.isOffline
      ? 'This is carried out once the server runs.'
      : 'It is gone once that is done.'
    return { text: `The destination is being deleted. ${when}\n` }
  },
}
