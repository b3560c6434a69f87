import { conditionsOf, mixpanelRule, statusMeanings } from '../render-replies.ts'
import type { Logo } from './check-logo.ts'
import { keyPlaceholder, type Sample } from './make-samples.ts'
import { code, plain } from './markdown-text.ts'
import type { Partner } from './partner-schema.ts'

export interface DocumentParts {
  readonly partner: Partner
  readonly logo: Logo
  readonly samples: readonly Sample[]
}

/** README.md of the packet: the answer to each of Mixpanel's questions, in Markdown. */
export const renderDocument = ({ partner, logo, samples }: DocumentParts): string => {
  const name = plain(partner.company.name)
  const sections = [
    `# ${name}: Mixpanel cohort sync`,
    `What Mixpanel asks a partner for, answered by ${name}.`,
    webhook(partner),
    authorization(partner),
    userIds(partner),
    helpCentre(partner),
    `## Company logo\n\n[logo.svg](logo.svg): SVG, ${logo.width} by ${logo.height}, ${logo.bytes.length.toLocaleString('en-US')} bytes, without scripts and without references to other files.`,
    returnValues(),
    sampleSection(samples),
    `## OpenAPI\n\n[openapi.json](openapi.json) describes the webhook in OpenAPI 3.1.`,
  ]
  return `${sections.join('\n\n')}\n`
}

const webhook = ({ webhook: { url } }: Partner): string =>
  `## Webhook URL

<${url}>

It is the same for every customer. Each request is a POST with one page of a cohort as JSON. The actions \`members\`, \`add_members\` and \`remove_members\` are taken. A page is stored before it is answered; a page that comes twice does no harm.`

const formTexts: Readonly<Record<Partner['authorization']['form'], string>> = {
  'x-api-key': `Every request carries the customer's API key in a header:

\`\`\`text
x-api-key: ${keyPlaceholder}
\`\`\`

In Mixpanel the customer enters one value, the API key.`,
  basic: `Every request carries HTTP Basic authorization. The password is the customer's API key; the user name may be anything:

\`\`\`text
authorization: Basic base64(<any user name>:${keyPlaceholder})
\`\`\`

In Mixpanel the customer enters the webhook URL, a user name and the API key as the password.`,
}

const authorization = ({ authorization: { form, whereToFindTheKey } }: Partner): string =>
  `## Authorization format

${formTexts[form]}

The customer finds the API key here: ${plain(whereToFindTheKey)}. Each customer has a key of their own; it can be replaced at any time, and two keys can be valid at once. A key that nobody has is answered 401.`

const userIds = ({ company, userIds: { method, property, explanation } }: Partner): string => {
  const name = plain(company.name)
  const way =
    method === 'shared-ids'
      ? `**Shared ids.** The distinct id in Mixpanel is the user id in ${name}.`
      : `**Joining key.** The property ${code(property ?? '')} of the Mixpanel profile says who a user is in ${name}. Customers must export this property with the cohort.`
  return `## How user ids are resolved

${way}

${plain(explanation)}

A user who cannot be matched is left out and reported; the rest of the page is taken.`
}

const helpCentre = ({ company, helpCentre: { cohorts, events } }: Partner): string => {
  const name = plain(company.name)
  const back =
    events === undefined ? 'No events flow back to Mixpanel.' : `Events that flow back: <${events}>`
  return `## Help centre\n\n- Send cohorts to ${name}: <${cohorts}>\n- ${back}`
}

const returnValues = (): string => {
  const rows = statusMeanings.map(
    ([status, meaning]) => `| ${status} | ${meaning} | ${conditionsOf(status).length} |`,
  )
  return `## Return values

Every answer is JSON. \`error.message\` is written for the customer.

| status | meaning | texts |
| --- | --- | --- |
${rows.join('\n')}

[replies.md](replies.md) has every text. ${mixpanelRule}`
}

const sampleSection = (samples: readonly Sample[]): string => {
  const rows = samples.map(
    ({ name, title, answer }) => `| [${name}](samples/${name}.json) | ${title} | ${answer.status} |`,
  )
  const [shown] = samples
  return `## Sample requests and answers

| sample | request | answer |
| --- | --- | --- |
${rows.join('\n')}

The first one:

${json(shown?.request.body)}

Its answer, with status ${shown?.answer.status}:

${json(shown?.answer.body)}`
}

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
