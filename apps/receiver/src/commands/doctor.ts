import { Command, Option } from 'commander'
import { exitCodesText, type Ending } from '../command-line/exit-codes.ts'
import type { ReachOptions } from '../command-line/reach-api.ts'
import { runToEnd } from '../command-line/run-to-end.ts'
import type { Surroundings } from '../command-line/surroundings.ts'
import { shownText } from '../command-line/shown.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding, Level } from '../doctor/finding.ts'

const help = `
Examples:
  cohort-relay doctor
  cohort-relay doctor --json | jq '.findings[] | select(.level != "ok")'

Run it where the server runs, with the environment that the server has. It changes nothing, here or at a partner; a
destination that waits because its partner refused it is tried again when the partner accepts it now.
Exit code 1 when something fails; a warning alone is exit code 0.

${exitCodesText}`

interface DoctorOptions extends ReachOptions {
  readonly json?: boolean
}

/** `cohort-relay doctor` */
export const doctorCommand = (surroundings: Surroundings): Command =>
  new Command('doctor')
    .description(
      'check configuration, secret key, database, clock, disk and every destination, and say what to do',
    )
    .addOption(
      new Option(
        '--url <url>',
        'address of the server (default: COHORT_RELAY_URL, else http://127.0.0.1:$PORT)',
      ),
    )
    .addOption(new Option('--offline', 'work on the embedded database itself; no server may run on it'))
    .addOption(new Option('--json', 'print JSON and nothing else'))
    .addHelpText('after', help)
    .action((options: DoctorOptions) => runToEnd(surroundings, () => run(options, surroundings)))

const run = async (options: DoctorOptions, surroundings: Surroundings): Promise<Ending> => {
  const { json: asJson = false } = options
  const findings = await examine(options, surroundings, (finding) => {
    if (!asJson) surroundings.write(renderFinding(finding))
  })
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  const failed = count('fail') > 0
  if (asJson) surroundings.write(`${JSON.stringify({ passed: !failed, findings }, null, 2)}\n`)
  else
    surroundings.write(
      `\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail\n${failed ? 'FAILED' : 'Passed'}\n`,
    )
  return failed ? 'failed' : 'done'
}

/** A problem of the API may have several lines. */
const renderFinding = ({ level, check, message, remedy }: Finding): string => {
  const lines = message.split('\n').map(shownText)
  const rest = [...lines.slice(1), ...(remedy === undefined ? [] : [remedy])]
  return [`${level.padEnd(4)}  ${check}: ${lines[0]}`, ...rest.map((line) => `      ${line}`), ''].join('\n')
}
