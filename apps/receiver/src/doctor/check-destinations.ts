import type { Api } from '../command-line/api-client.ts'
import type { ToldAccount, ToldDestination } from '../command-line/api-types.ts'
import { inGroups } from '../command-line/in-groups.ts'
import { listAll } from '../command-line/list-all.ts'
import { shownName } from '../command-line/shown.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

interface Place {
  readonly account: ToldAccount
  readonly destination: ToldDestination
}

/** Whether each partner accepts the settings of its destination. Changes nothing there. */
export const checkDestinations = async (
  api: Api,
  onProgress: (done: number, of: number) => void,
): Promise<Finding[]> => {
  const places = await placesOf(api)
  if (places.length === 0) return [warn('destinations', 'there are none: members go nowhere', makeOne)]
  return inGroups(
    places,
    (place) => check(api, place),
    (done) => onProgress(done, places.length),
  )
}

const makeOne = 'Make one: cohort-relay destinations create <account> <connector> --help'

const placesOf = async (api: Api): Promise<Place[]> => {
  const accounts = await listAll<ToldAccount>(api, ['accounts'], { name: 'accounts' })
  const places: Place[] = []
  for (const account of accounts.filter(({ deletingSince }) => deletingSince === null)) {
    const path = ['accounts', account.id, 'destinations']
    const { destinations } = await api.call<{ destinations: ToldDestination[] }>('GET', path)
    for (const destination of destinations)
      if (destination.drainingSince === null) places.push({ account, destination })
  }
  return places
}

const check = async (api: Api, { account, destination }: Place): Promise<Finding> => {
  const name = `destination ${destination.connector} of ${shownName(account.name)}`
  try {
    await api.call('POST', ['accounts', account.id, 'destinations', destination.id, 'check'])
  } catch (error) {
    const again = `Mend it there or here, then: cohort-relay destinations check ${account.id} ${destination.id}`
    return fail(name, (error as Error).message, again)
  }
  if (destination.pausedSince === null) return ok(name, 'the partner accepts the settings')
  const resume = `When that is over: cohort-relay destinations resume ${account.id} ${destination.id}`
  return warn(name, 'the partner accepts the settings, but it is paused', resume)
}
