import { mixpanelRule, renderReplies } from '../render-replies.ts'
import type { Logo } from './check-logo.ts'
import { makeSamples } from './make-samples.ts'
import { plain } from './markdown-text.ts'
import type { Partner } from './partner-schema.ts'
import { renderDocument } from './render-document.ts'
import { renderOpenapi } from './render-openapi.ts'

/** Path within the packet → contents. */
export type Packet = ReadonlyMap<string, string | Buffer>

/** Every file of a packet. */
export const makePacket = (partner: Partner, logo: Logo): Packet => {
  const samples = makeSamples(partner)
  return new Map<string, string | Buffer>([
    ['README.md', renderDocument({ partner, logo, samples })],
    ['replies.md', repliesDocument(partner.company.name)],
    ['openapi.json', json(renderOpenapi(partner, samples))],
    ['logo.svg', logo.bytes],
    ...samples.map((sample): [string, string] => [`samples/${sample.name}.json`, json(sample)]),
  ])
}

const repliesDocument = (name: string): string =>
  `# Return values of ${plain(name)}

${mixpanelRule}

Each text below is \`error.message\` of its answer.

${renderReplies({ partner: name, reader: 'mixpanel' })}
`

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
