import { textOf } from './mixpanel-answer.ts'
import { replies, type Condition, type Reply } from './replies.ts'

/** What Mixpanel does after each status: docs.mixpanel.com/docs/cohort-sync/webhooks (2026-11). */
export const mixpanelRule =
  "Mixpanel's published rule ([cohort sync webhooks](https://docs.mixpanel.com/docs/cohort-sync/webhooks), read in November 2026): after 400, 401, 403 or 404 it pauses the sync until a person resumes it, sends mail to everyone who set up a cohort sync, and shows `error.message`. After 429 or 5xx it tries five times more within 60 seconds, then at the next scheduled sync. It says nothing of other statuses, so the webhook never answers with one."

/** Every status that the webhook answers with, and why. */
export const statusMeanings: readonly (readonly [status: Reply['status'], meaning: string])[] = [
  [200, 'Mixpanel goes on with the next page'],
  [400, 'the request can never be taken; Mixpanel pauses the sync'],
  [401, 'nobody knows the key; Mixpanel pauses the sync'],
  [403, 'the account or its destination has to be mended; Mixpanel pauses the sync'],
  [404, 'the address is wrong; Mixpanel pauses the sync'],
  [429, 'too much at once; Mixpanel tries again'],
  [503, 'our fault, or nobody can tell whose; Mixpanel tries again'],
]

/** The conditions that are answered with a status. */
export const conditionsOf = (status: Reply['status']): readonly Condition[] =>
  (Object.keys(replies) as Condition[]).filter((condition) => replies[condition].status === status)

export interface RepliesOptions {
  /** The product that some texts name. */
  readonly partner: string
  /** For whom: the person who operates the service also reads remedies. */
  readonly reader: 'operator' | 'mixpanel'
}

/** All replies, a section for each status, in Markdown without a line break at the end. */
export const renderReplies = (options: RepliesOptions): string => {
  const sections = statusMeanings.map(([status, meaning]) => {
    const replied = conditionsOf(status).map((condition) => renderReply(condition, options))
    return [`## ${status}: ${meaning}`, ...replied].join('\n\n')
  })
  return sections.join('\n\n')
}

const renderReply = (condition: Condition, { partner, reader }: RepliesOptions): string => {
  const reply: Reply = replies[condition]
  const said = reply.status === 200 ? 'The page is stored.' : ''
  const remedy = reader === 'operator' ? `Remedy: ${reply.remedy}` : said
  const advice = `${remedy}${retryOf(reply)}`.trim()
  return [
    `### \`${condition}\``,
    ...(reply.status === 200 ? [] : [`> ${textOf(reply, partner)}`]),
    ...(advice === '' ? [] : [advice]),
  ].join('\n\n')
}

const retryOf = ({ retryAfterSeconds }: Reply): string => {
  if (retryAfterSeconds === undefined) return ''
  const [least, most] = retryAfterSeconds
  return ` Retry-After: ${least === most ? least : `${least} to ${most}, spread evenly,`} seconds.`
}
