import { checkCohortPage } from '@cohort-relay/core'
import { answerHeaders, envelope } from '../mixpanel-answer.ts'
import { replies, type Condition } from '../replies.ts'
import type { Partner } from './partner-schema.ts'
import { samplePage, type SamplePage } from './sample-pages.ts'

/** A request and what the receiver answers it. */
export interface Sample {
  /** Of its file, without the ending. */
  readonly name: string
  readonly title: string
  readonly request: {
    readonly method: 'POST'
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

interface SampleSource extends SamplePage {
  readonly name: string
  readonly title: string
  /** What stands in the way of the page. Default: nothing but what the page itself says. */
  readonly condition?: Condition
  /** In place of the page's own. */
  readonly writtenAction?: string
}

const first = { action: 'members', session: 'a3f1c2d4', page: [1, 2], people: ['ann', 'bob'] } as const
const joining = { action: 'add_members', session: 'b7e9d0a5', page: [1, 1], people: ['dmitri'] } as const
const leaving = { action: 'remove_members', session: 'b7e9d0a5', page: [1, 1], people: ['ann'] } as const

const sources: readonly SampleSource[] = [
  { ...first, name: 'members-page-1-of-2', title: 'everybody in the cohort, first page' },
  { ...first, page: [2, 2], people: ['chloe'], name: 'members-page-2-of-2', title: 'the second page' },
  { ...joining, name: 'add-members', title: 'who joined since the last sync' },
  { ...leaving, name: 'remove-members', title: 'who left since the last sync' },
  { ...leaving, session: 'c2d8f4e1', people: [], name: 'remove-members-nobody', title: 'nobody left' },
  { ...first, writtenAction: 'update', name: 'unknown-action', title: 'an action that does not exist' },
  { ...first, condition: 'unknown-key', name: 'unknown-key', title: 'a key that nobody has' },
  {
    ...first,
    condition: 'account-disabled',
    name: 'account-disabled',
    title: 'an account that is switched off',
  },
  {
    ...first,
    condition: 'unknown-address',
    name: 'unknown-address',
    title: 'an address that does not exist',
  },
  { ...first, condition: 'over-rate', name: 'over-rate', title: 'too many requests at once' },
  { ...first, condition: 'store-unavailable', name: 'store-unavailable', title: 'a fault of ours' },
]

/** Stands in samples where the key of a customer goes. */
export const keyPlaceholder = '<API key of the customer>'

/** Requests as Mixpanel sends them to this partner, and the answers that the receiver's own code gives. */
export const makeSamples = (partner: Partner): readonly Sample[] =>
  sources.map((source) => makeSample(source, partner))

const makeSample = (source: SampleSource, partner: Partner): Sample => {
  const page = samplePage(source, partner)
  const body = { ...page, action: source.writtenAction ?? page.action }
  const url = source.condition === 'unknown-address' ? `${partner.webhook.url}-cohorts` : partner.webhook.url
  return {
    name: source.name,
    title: source.title,
    request: { method: 'POST', url, headers: requestHeaders(partner), body },
    answer: answerTo(Buffer.from(JSON.stringify(body)), source.condition),
  }
}

const requestHeaders = ({ authorization }: Partner): Record<string, string> => ({
  'content-type': 'application/json',
  ...(authorization.form === 'x-api-key'
    ? { 'x-api-key': keyPlaceholder }
    : { authorization: `Basic base64(<any user name>:${keyPlaceholder})` }),
})

/** The middle of the range in which a Retry-After is spread. */
const middle = (): number => 0.5

const answerTo = (body: Buffer, obstacle?: Condition): Sample['answer'] => {
  const reading = checkCohortPage(body)
  const action = reading.ok ? reading.page.mixpanelAction : reading.action
  const condition = obstacle ?? (reading.ok ? 'success' : reading.refusal)
  // The body is looked at last, so only then does the answer name its action.
  const isRead = obstacle === undefined || obstacle === 'store-unavailable'
  const text = envelope(condition, { action: isRead ? action : null })
  const { 'content-length': _length, ...headers } = answerHeaders(condition, text, middle)
  return { status: replies[condition].status, headers, body: JSON.parse(text) as unknown }
}
