import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Logger } from '@cohort-relay/connector-kit'
import {
  holdsMoreValuesThan,
  recogniseWebhook,
  type PageReading,
  type PageReceipt,
  type PageSummary,
} from '@cohort-relay/core'
import type { Request, RequestHandler, Response } from 'express'
import { createBodySlots, type BodySlot } from './body-slots.ts'
import { createPageCapacity, type PageCapacity } from './page-capacity.ts'
import { discardBody } from './discard-body.ts'
import { errorFields } from './error-fields.ts'
import { answer } from './mixpanel-answer.ts'
import { clientAddress } from './onboarding/client-address.ts'
import type { Identify } from './onboarding/key-gate.ts'
import { pageFields } from './page-fields.ts'
import { readBody, smallBytes } from './read-body.ts'
import { replies, type Condition } from './replies.ts'

/** A page on its way into the store. `body` is what came, decompressed. */
export interface PageToStore {
  readonly accountId: string
  readonly page: PageSummary
  readonly body: Buffer
}

/** Why a page of an account is not taken now, whatever it holds. */
export interface Closure {
  readonly condition:
    | 'unknown-key'
    | 'account-disabled'
    | 'destination-refused'
    | 'over-rate'
    | 'backlog-too-long'
  /** The product that refused its credentials. */
  readonly partner?: string
}

export interface CohortWebhookParts {
  /** Whose key it is; undefined: nobody's. The address is that of the sender. */
  readonly authenticate: Identify
  /** Proxies in front that tell who called them. Default 0. */
  readonly trustedProxies?: number
  /** Asked before a body is read; undefined lets the page in. Default: every account is open. */
  readonly closureOf?: (accountId: string, keyId: string) => Promise<Closure | undefined>
  /** Told what the log line tells, once the answer is out. Must not throw. */
  readonly noteReply?: (line: Fields & { readonly answer: Condition; readonly status: number }) => void
  readonly readPage: (body: Buffer) => PageReading<PageSummary>
  /** Resolves when the page is durable, and rejects otherwise. */
  readonly storePage: (page: PageToStore) => Promise<Pick<PageReceipt, 'decision'> & Partial<PageReceipt>>
  readonly maxBodyBytes: number
  readonly isDraining: () => boolean
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Milliseconds on a clock that is never set back. */
  readonly clock: () => number
  /** 0 up to 1. */
  readonly random: () => number
  /** Pages that are worked on at a time; more are answered 503. Default 256. */
  readonly maxPagesAtWork?: number
  /** How long a refused sender may go on sending before the answer goes out. Default 2,000. */
  readonly discardMilliseconds?: number
}

// A page of 1,000 members with 200 properties each fits. Reading as many takes about 100 ms of the event loop.
const maxValues = 250_000

// A second or two of work. What waits longer would be given up by its sender while we still work on it.
const pagesAtWork = 256

// Each may hold MAX_BODY_BYTES twice, as bytes and as text.
const largeBodies = 2

interface RequestParts extends CohortWebhookParts {
  readonly slot: BodySlot
  /** Held while a page is admitted, and while it is read and stored: not by a sender who takes his time in between. */
  readonly capacity: PageCapacity
}

interface Verdict {
  readonly condition: Condition
  readonly action: string | null
  readonly partner?: string
}

/** What the log line tells. Grows while the request goes on. */
type Fields = Record<string, unknown>

/** The route that Mixpanel calls: authenticate, read, check, store, and only then answer. */
export const createCohortWebhook = (parts: CohortWebhookParts): RequestHandler => {
  const { log, clock } = parts
  const slotFor = createBodySlots(largeBodies)
  const capacity = createPageCapacity(parts.maxPagesAtWork ?? pagesAtWork)
  return async (req, res) => {
    const startedAt = clock()
    const fields: Fields = { requestId: randomUUID() }
    const slot = slotFor()
    const verdict = await receive({ ...parts, slot, capacity }, req, fields)
    slot.leave()
    await respond(res, verdict, parts)
    if (res.destroyed) fields['disconnected'] = true
    const milliseconds = Math.round(clock() - startedAt)
    const line = {
      ...fields,
      answer: verdict.condition,
      status: replies[verdict.condition].status,
      milliseconds,
    }
    // Noting it would be one write more for each page that is too much.
    if (verdict.condition !== 'over-capacity') parts.noteReply?.(line)
    log[levelOf(verdict.condition)](line, verdict.condition === 'success' ? 'page.accepted' : 'page.refused')
  }
}

const receive = async (parts: RequestParts, req: Request, fields: Fields): Promise<Verdict> => {
  if (parts.isDraining()) return refuse('shutting-down')
  const refusal = await admit(parts, req, fields)
  if (refusal !== undefined) return refusal
  try {
    return await receiveBody(parts, req, fields)
  } catch (error) {
    Object.assign(fields, errorFields(error))
    return refuse('internal')
  }
}

/** Undefined lets the page in. */
const admit = async (parts: RequestParts, req: Request, fields: Fields): Promise<Verdict | undefined> => {
  try {
    const caller = await parts.authenticate(req.headers, clientAddress(req, parts.trustedProxies ?? 0))
    if (caller === undefined) return refuse('unknown-key')
    if ('refusal' in caller) return refuse(caller.refusal)
    Object.assign(fields, caller)
    // Only now: a flood of wrong keys must not take the place of anybody's pages.
    const closure = parts.capacity(async () => parts.closureOf?.(caller.accountId, caller.keyId))
    if (closure === undefined) return refuse('over-capacity')
    const found = await closure
    return found && { ...found, action: null }
  } catch (error) {
    Object.assign(fields, errorFields(error))
    return refuse('store-unavailable')
  }
}

const receiveBody = async (parts: RequestParts, req: Request, fields: Fields): Promise<Verdict> => {
  const { maxBodyBytes: maxBytes, slot } = parts
  const received = await readBody(req, { maxBytes, claim: slot.claim })
  if (!received.ok) return refuse(otherKind(req, received.body) ?? received.refusal)
  fields['bytes'] = received.body.length
  return (
    parts.capacity(() => readAndStore(parts, req, { body: received.body, fields })) ?? refuse('over-capacity')
  )
}

const readAndStore = async (
  parts: RequestParts,
  req: Request,
  { body, fields }: { readonly body: Buffer; readonly fields: Fields },
): Promise<Verdict> => {
  await letOthersPass(body)
  if (holdsMoreValuesThan(maxValues, body)) return refuse('too-many-values')
  await letOthersPass(body)
  const reading = parts.readPage(body)
  if (!reading.ok) return refuse(otherKind(req, body) ?? reading.refusal, reading.action)
  Object.assign(fields, pageFields(reading.page))
  return storeWhole(parts, { accountId: String(fields['accountId']), page: reading.page, body }, fields)
}

/** Each step over a large body holds the event loop for a while. */
const letOthersPass = async (body: Buffer): Promise<void> => {
  if (body.length > smallBytes) await setImmediate()
}

const storeWhole = async (
  parts: CohortWebhookParts,
  whole: PageToStore,
  fields: Fields,
): Promise<Verdict> => {
  const action = whole.page.mixpanelAction
  try {
    const { decision, held, altered } = await parts.storePage(whole)
    fields['decision'] = decision
    if (altered) fields['altered'] = altered
    if (held === true) fields['held'] = true
    if (decision === 'no-account') return refuse('unknown-key', action)
    return { condition: 'success', action }
  } catch (error) {
    Object.assign(fields, errorFields(error))
    return refuse('store-unavailable', action)
  }
}

/** Whoever sends another product's webhook here is helped more by hearing so than by the field that is missing. */
const otherKind = (req: Request, body: Buffer | undefined): Condition | undefined => {
  const kind = body && recogniseWebhook(req.headers['content-type'], body)
  return kind && `is-${kind}`
}

const refuse = (condition: Condition, action: string | null = null): Verdict => ({ condition, action })

const respond = async (res: Response, verdict: Verdict, parts: CohortWebhookParts): Promise<void> => {
  const limits = { bytes: parts.maxBodyBytes * 2, milliseconds: parts.discardMilliseconds ?? 2000 }
  const isWhole = await discardBody(res.req, limits)
  if (!isWhole || parts.isDraining()) res.setHeader('connection', 'close')
  answer(res, verdict.condition, { ...verdict, random: parts.random })
}

const levelOf = (condition: Condition): 'info' | 'warn' | 'error' => {
  if (condition === 'success') return 'info'
  return condition === 'store-unavailable' || condition === 'internal' ? 'error' : 'warn'
}
