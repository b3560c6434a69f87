import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

interface PartnerMember {
  readonly id: string
  readonly identity: { readonly kind: string; readonly value: string }
  readonly properties: Readonly<Record<string, unknown>>
}

interface PartnerEvent {
  readonly type: string
  readonly timestamp: string
  readonly data: {
    readonly cohort?: {
      readonly projectId: string
      readonly id: string
      readonly name: string
      readonly description: string
    }
    /** Absent from a ping, as is the cohort. */
    readonly members?: readonly PartnerMember[]
  }
}

interface PartnerCall {
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

interface PartnerResult {
  readonly outcome: string
  readonly reason?: string
}

const normal: Behaviour = { kind: 'body', body: '' }

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

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await receive(request, verifier)
    calls.push(call)
    if (call.event) act(queue.shift() ?? normal, { call, event: call.event, lists, response })
    else response.writeHead(401).end()
  }
  const server = createServer((request, response) => void answer(request, response))
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

const act = (behaviour: Behaviour, { call, event, lists, response }: Turn): void => {
  const apply = (members = event.data.members): void =>
    lists.apply(String(call.headers['webhook-id']), event, members)
  switch (behaviour.kind) {
    case 'hang':
      break
    case 'status':
      response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body)
      break
    case 'reset-before-effect':
      response.socket?.resetAndDestroy()
      break
    case 'reset-after-effect':
      apply()
      response.socket?.resetAndDestroy()
      break
    case 'body':
      apply()
      response.end(behaviour.body)
      break
    case 'results':
      response.end(JSON.stringify({ results: resultsOf(event.data.members ?? [], { behaviour, apply }) }))
  }
}

interface Choice {
  readonly behaviour: Extract<Behaviour, { kind: 'results' }>
  readonly apply: (members: readonly PartnerMember[]) => void
}

const resultsOf = (members: readonly PartnerMember[], { behaviour, apply }: Choice) => {
  const decided = members.map((member) => ({ member, result: behaviour.resultFor(member) }))
  apply(decided.filter(({ result }) => result?.outcome === 'applied').map(({ member }) => member))
  return decided.flatMap(({ member, result }) => (result ? [{ id: member.id, ...result }] : []))
}

const createLists = () => {
  const lists = new Map<string, Map<string, PartnerMember>>()
  const effects = new Map<string, number[]>()
  const listOf = (projectId: string, cohortId: string): Map<string, PartnerMember> => {
    const key = JSON.stringify([projectId, cohortId])
    const list = lists.get(key) ?? new Map<string, PartnerMember>()
    lists.set(key, list)
    return list
  }

  return {
    apply(
      webhookId: string,
      { type, data: { cohort } }: PartnerEvent,
      members: readonly PartnerMember[] = [],
    ): void {
      if (!cohort) return
      const isAddition = type === 'cohort.members.added'
      const list = listOf(cohort.projectId, cohort.id)
      const changed = members.filter(({ id }) => list.has(id) !== isAddition)
      for (const member of members) {
        if (isAddition) list.set(member.id, member)
        else list.delete(member.id)
      }
      effects.set(webhookId, [...(effects.get(webhookId) ?? []), changed.length])
    },
    membersOf: (projectId: string, cohortId: string): string[] =>
      [...listOf(projectId, cohortId).keys()].toSorted(),
    effectsOf: (webhookId: string): readonly number[] => effects.get(webhookId) ?? [],
  }
}
