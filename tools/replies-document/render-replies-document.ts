import { mixpanelRule, renderReplies } from '@cohort-relay/receiver'

const introduction = `# What the receiver answers, and what to do

\`node tools/replies-document/main.ts\` writes this file from \`apps/receiver/src/replies.ts\`; a test keeps the two equal.

${mixpanelRule}

A fault of ours is therefore always 429 or 503. The name of a condition is the field \`answer\` in the log line of the request.`

/** The document of all replies, in Markdown, ending with a line break. */
export const renderRepliesDocument = (): string =>
  `${introduction}\n\n${renderReplies({ partner: 'Mailchimp', reader: 'operator' })}\n`
