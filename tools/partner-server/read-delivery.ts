import { Webhook } from 'standardwebhooks'
import type { Delivery } from './partner-list.ts'

type SignatureHeaders = Readonly<Record<string, string>>

/** A delivery, a ping without one, or why the request is refused. */
export type ReadDelivery =
  | { readonly status: 200; readonly delivery: Delivery | undefined }
  | { readonly status: 400 | 401; readonly reason: string }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMember = (value: unknown): boolean =>
  isRecord(value) && typeof value['id'] === 'string' && isRecord(value['identity'])

const isPing = (value: unknown): boolean => isRecord(value) && value['type'] === 'cohort.relay.ping'

const isDelivery = (value: unknown): value is Delivery => {
  if (!isRecord(value) || !isRecord(value['data'])) return false
  const { cohort, members } = value['data']
  return (
    (value['type'] === 'cohort.members.added' || value['type'] === 'cohort.members.removed') &&
    isRecord(cohort) &&
    typeof cohort['projectId'] === 'string' &&
    typeof cohort['id'] === 'string' &&
    Array.isArray(members) &&
    members.every(isMember)
  )
}

const verify = (body: string, headers: SignatureHeaders, secret: string): string | undefined => {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'the signature could not be checked'
  }
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    // What is no JSON is no delivery either, and is refused as such.
    return undefined
  }
}

/** Checks the Standard Webhooks signature first; nothing of an unsigned body is looked at. */
export const readDelivery = (body: string, headers: SignatureHeaders, secret: string): ReadDelivery => {
  const problem = verify(body, headers, secret)
  if (problem !== undefined) return { status: 401, reason: problem }
  const delivery = parse(body)
  if (isPing(delivery)) return { status: 200, delivery: undefined }
  return isDelivery(delivery)
    ? { status: 200, delivery }
    : { status: 400, reason: 'the body is not a change of cohort members' }
}
