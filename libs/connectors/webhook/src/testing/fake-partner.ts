import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

export interface PartnerMember {
  readonly id: string
  readonly identity: { readonly kind: string; readonly value: string }
  readonly properties: Readonly<Record<string, unknown>>
}

export interface PartnerEvent {
  readonly type: string
  readonly timestamp: string
  readonly data: {
    readonly cohort: {
      readonly projectId: string
      readonly id: string
      readonly name: string
      readonly description: string
    }
    readonly members: readonly PartnerMember[]
  }
}

export interface PartnerCall {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Undefined when the signature is not valid. */
  readonly event: PartnerEvent | undefined
}

/** What the partner does with one call. Without one it applies the change and answers 200 with no body. */
export type Behaviour =
  /** Applies nothing. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset-before-effect' }
  | { readonly kind: 'reset-after-effect' }
  /** Applies the change and answers 200 with this body. */
  | { readonly kind: 'body'; readonly body: string }
  /** Applies the members that it calls applied; a member for which it returns undefined gets no result. */
  | { readonly kind: 'results'; readonly resultFor: (member: PartnerMember) => PartnerResult | undefined }

export interface PartnerResult {
  readonly outcome: string
  readonly reason?: string
}

/** A partner on a loopback port that keeps one list per cohort and checks each signature. */
export interface FakePartner {
  readonly url: string
  /** Every call in order of arrival, refused ones included. */
  readonly calls: readonly PartnerCall[]
  /** For the next calls, one each. */
  behave(...behaviours: readonly Behaviour[]): void
  membersOf(projectId: string, cohortId: string): string[]
  /** How many members each arrival of this webhook-id changed in the list; a harmless repetition is a 0. */
  effectsOf(webhookId: string): readonly number[]
  close(): Promise<void>
}

export const createFakePartner = async ({ secret }: { readonly secret: string }): Promise<FakePartner> => {
  const lists = createLists()
  const calls: PartnerCall[] = []
  const queue: Behaviour[] = []
  const verifier = new Webhook(secret)

  const server = createServer((request, response) => {
    void receive(request, verifier).then((call) => {
      calls.push(call)
      if (!call.event) return response.writeHead(401).end()
      return act(queue.shift() ?? { kind: 'body', body: '' }, { call, event: call.event, lists, response })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    calls,
    behave: (...behaviours) => void queue.push(...behaviours),
    membersOf: lists.membersOf,
    effectsOf: lists.effectsOf,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const receive = async (request: IncomingMessage, verifier: Webhook): Promise<PartnerCall> => {
  const body = await text(request)
  const { headers } = request
  return { headers, body, event: readEvent(verifier, body, headers) }
}

const readEvent = (
  verifier: Webhook,
  body: string,
  headers: IncomingHttpHeaders,
): PartnerEvent | undefined => {
  try {
    return verifier.verify(body, headers as Record<string, string>) as PartnerEvent
  } catch {
    return undefined
  }
}

interface Turn {
  readonly call: PartnerCall
  readonly event: PartnerEvent
  readonly lists: ReturnType<typeof createLists>
  readonly response: ServerResponse
}

const act = (behaviour: Behaviour, { call, event, lists, response }: Turn): unknown => {
  const webhookId = String(call.headers['webhook-id'])
  const { members = [] } = event.data
  switch (behaviour.kind) {
    case 'hang':
      return undefined
    case 'status':
      return response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body)
    case 'reset-before-effect':
      return response.socket?.resetAndDestroy()
    case 'reset-after-effect':
      lists.apply(webhookId, event, members)
      return response.socket?.resetAndDestroy()
    case 'body':
      lists.apply(webhookId, event, members)
      return response.end(behaviour.body)
    case 'results': {
      const results = members.flatMap((member) => {
        const result = behaviour.resultFor(member)
        return result ? [{ id: member.id, ...result }] : []
      })
      const applied = new Set(results.filter(({ outcome }) => outcome === 'applied').map(({ id }) => id))
      lists.apply(
        webhookId,
        event,
        members.filter(({ id }) => applied.has(id)),
      )
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }))
    }
  }
}

const createLists = () => {
  const lists = new Map<string, Map<string, PartnerMember>>()
  const effects = new Map<string, number[]>()
  const keyOf = (projectId: string, cohortId: string) => JSON.stringify([projectId, cohortId])

  return {
    apply(
      webhookId: string,
      { type, data: { cohort } }: PartnerEvent,
      members: readonly PartnerMember[],
    ): void {
      if (!cohort) return
      const list = lists.getOrInsertComputed(keyOf(cohort.projectId, cohort.id), () => new Map())
      const changed = members.filter(({ id }) => list.has(id) !== (type === 'cohort.members.added'))
      for (const member of members) {
        if (type === 'cohort.members.added') list.set(member.id, member)
        else list.delete(member.id)
      }
      effects.getOrInsertComputed(webhookId, () => []).push(changed.length)
    },
    membersOf: (projectId: string, cohortId: string): string[] =>
      [...(lists.get(keyOf(projectId, cohortId))?.keys() ?? [])].toSorted(),
    effectsOf: (webhookId: string): readonly number[] => effects.get(webhookId) ?? [],
  }
}
