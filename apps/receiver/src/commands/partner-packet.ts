import { Command } from 'commander'
import { makePacket, type Packet } from '../partner-packet/make-packet.ts'
import type { PacketProblem } from '../partner-packet/packet-problem.ts'
import { partnerExample } from '../partner-packet/partner-example.ts'
import { readPacketFiles } from '../partner-packet/read-packet-files.ts'
import { renderProblems } from '../partner-packet/render-problems.ts'
import { writePacket } from '../partner-packet/write-packet.ts'
import { runCommand } from './run-command.ts'

const help = `
Examples:
  cohort-relay partner-packet --example > partner.yaml
  cohort-relay partner-packet --config partner.yaml --out packet
  cohort-relay partner-packet --config partner.yaml --out packet --force

The packet answers what Mixpanel asks a partner for: the webhook's address, the form of authorization, how user ids are
resolved, articles of the help centre, the logo as SVG, and what is answered to errors. Whatever is missing or wrong in
partner.yaml or in the logo is told all at once, and then nothing is written.
Files that this command did not write are never replaced, not by --force either.

Exit codes: 0 written; 1 something is missing or wrong.`

interface PacketOptions {
  readonly config: string
  readonly out?: string
  readonly force: boolean
  readonly example: boolean
}

/** Writes what a partner sends to Mixpanel to be listed. */
export const partnerPacketCommand = (): Command =>
  new Command('partner-packet')
    .description('write the folder that a partner sends to Mixpanel to be listed')
    .option('--config <file>', 'what Mixpanel has to know of you', 'partner.yaml')
    .option('--out <folder>', 'the folder to write')
    .option('--force', 'replace an earlier packet in the folder', false)
    .option('--example', 'print a partner.yaml to begin with, and nothing else', false)
    .allowExcessArguments(false)
    .addHelpText('after', help)
    .action((options: PacketOptions) => runCommand('The packet was not written', async () => run(options)))

const run = ({ config, out, force, example }: PacketOptions): 0 | 1 => {
  if (example) {
    process.stdout.write(partnerExample)
    return 0
  }
  if (out === undefined) throw new Error('--out must name the folder to write.')
  const reading = readPacketFiles(config)
  if (!reading.ok) return refuse(reading.problems, config)
  const packet = makePacket(reading.partner, reading.logo)
  const problems = writePacket(packet, out, force)
  if (problems.length > 0) return refuse(problems, out)
  console.log(told(packet, out))
  return 0
}

const refuse = (problems: readonly PacketProblem[], place: string): 1 => {
  console.error(renderProblems(problems, place))
  return 1
}

const told = (packet: Packet, out: string): string =>
  [
    `The packet is in ${out}:`,
    ...[...packet.keys()].map((path) => `  ${path}`),
    'Read its README.md once more, then send the folder to Mixpanel.',
  ].join('\n')
