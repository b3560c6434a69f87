import { replies, textOf, type Reply } from '@cohort-relay/receiver'

const introduction = `# What the receiver answers, and what to do

\`node tools/replies-document/main.ts\` writes this file from \`apps/receiver/src/replies.ts\`; a test keeps the two equal.

Mixpanel's published rule ([cohort sync webhooks](https://docs.mixpanel.com/docs/cohort-sync/webhooks), read in November 2026): after 400, 401, 403 or 404 it pauses the sync until a person resumes it, sends mail to everyone who set up a cohort sync, and shows \`error.message\`. After 429 or 5xx it tries five times more within 60 seconds, then at the next scheduled sync. It says nothing of other statuses, so the webhook never answers with one.

A fault of ours is therefore always 429 or 503. The name of a condition is the field \`answer\` in the log line of the request.`

const statuses: readonly (readonly [Reply['status'], string])[] = [
  [200, 'Mixpanel goes on with the next page'],
  [400, 'the request can never be taken; Mixpanel pauses the sync'],
  [401, 'nobody knows the key; Mixpanel pauses the sync'],
  [403, 'the account or its destination has to be mended; Mixpanel pauses the sync'],
  [404, 'the address is wrong; Mixpanel pauses the sync'],
  [429, 'too much at once; Mixpanel tries again'],
  [503, 'our fault, or nobody can tell whose; Mixpanel tries again'],
]

const rows = Object.entries<Reply>(replies)

/** The document of all replies, in Markdown, ending with a line break. */
export const renderReplies = (): string => {
  const sections = statuses.map(([status, meaning]) => {
    const replied = rows.filter(([, reply]) => reply.status === status)
    return [`## ${status}: ${meaning}`, ...replied.map(renderReply)].join('\n\n')
  })
  return `${[introduction, ...sections].join('\n\n')}\n`
}

const renderReply = ([condition, reply]: readonly [string, Reply]): string => {
  const parts = [`### \`${condition}\``]
  if (reply.status !== 200) parts.push(`> ${textOf(reply, 'Mailchimp')}`)
  parts.push(`Remedy: ${reply.remedy}${retryOf(reply)}`)
  return parts.join('\n\n')
}

const retryOf = ({ retryAfterSeconds }: Reply): string => {
  if (retryAfterSeconds === undefined) return ''
  const [least, most] = retryAfterSeconds
  return ` Retry-After: ${least === most ? least : `${least} to ${most}, spread evenly,`} seconds.`
}
