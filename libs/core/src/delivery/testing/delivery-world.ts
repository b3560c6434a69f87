import type { Logger } from '@cohort-relay/connector-kit'
import { ledgerWorld } from '../../ledger/testing/ledger-world.ts'
import { createMemoryStore } from '../../stores/memory/memory-store.ts'
import type { Connect } from '../connected-destination.ts'
import { serveFeed, type ServeParts } from '../serve-feed.ts'
import { scriptedPartner } from './scripted-partner.ts'

/** A member with an e-mail address, the only property by which the world's destinations know people. */
export const person = (id: string, email = `${id}@example.com`) => ({ mixpanel_distinct_id: id, email })

/** A ledger, a scripted partner, and delivery between them turn by turn. */
export const deliveryWorld = async (membersPerCall = 1000, store = createMemoryStore()) => {
  const world = await ledgerWorld(store)
  const partner = scriptedPartner()
  const lines: Record<string, unknown>[] = []
  const write = (fields: object, event: string): void => void lines.push({ ...fields, event })
  const log: Logger = { debug: write, info: write, warn: write, error: write }
  const connect: Connect = ({ id, accountId, connector, identity, properties }) => ({
    id,
    accountId,
    connector,
    identity,
    properties,
    membersPerCall,
    log,
    destination: partner.destination(id),
  })
  const never = new AbortController().signal
  const parts: ServeParts = {
    store: world.store,
    connect,
    now: world.now,
    log,
    random: () => 0.5,
    stopping: never,
    stopped: never,
    callSeconds: 60,
  }
  /** One turn of the feed that waited longest. False when none is due. */
  const takeTurn = async (changed: Partial<ServeParts> = {}): Promise<boolean> => {
    const [turn] = await world.store.claimFeeds(world.now(), { holder: 'turn', seconds: 0, limit: 1 })
    if (turn === undefined) return false
    await serveFeed(turn, { ...parts, ...changed })
    await world.store.endTurn(turn)
    return true
  }

  return {
    ...world,
    partner,
    lines,
    parts,
    turn: takeTurn,
    feed: async () => (await world.cohort())?.destinations[0],
    /** Turns until nothing is owed, the waits in between included. */
    deliverAll: async (changed: Partial<ServeParts> = {}): Promise<void> => {
      for (let turns = 0; turns < 500; turns++) {
        if (await takeTurn(changed)) continue
        const due = await world.store.nextFeedDueAt(world.now())
        if (due === null) return
        world.pass((due.getTime() - world.now().getTime()) / 1000)
      }
      throw new Error('delivery does not come to an end')
    },
    /** People on all lists that the partner keeps. */
    people: (): string[] => [...partner.lists.values()].flatMap((list) => [...list]).toSorted(),
  }
}
