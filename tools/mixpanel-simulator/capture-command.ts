import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { Command, InvalidArgumentError } from 'commander'
import { createCapture } from './capture.ts'
import { recordingHeader } from './recording.ts'
import { createRedact } from './redact-body.ts'
import type { Write } from './scenario-command.ts'
import { httpUrl } from './target-options.ts'

interface Address {
  readonly host: string
  readonly port: number
}

interface CaptureOptions {
  readonly listen: Address
  readonly forward: string
  readonly to: string
  readonly raw: boolean
}

const address = (text: string): Address => {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) throw new InvalidArgumentError('Give HOST:PORT.')
  return { host, port: Number(port) }
}

const readOptions = (argv: readonly string[]): CaptureOptions =>
  new Command('simulate capture')
    .description('Passes a real sync on to a receiver and writes it to a file. Ends with Ctrl-C.')
    .requiredOption('--listen <host:port>', 'where Mixpanel sends to', address)
    .requiredOption('--forward <url>', 'the webhook it goes on to', httpUrl)
    .requiredOption('--to <file>', 'a new file, for your eyes only')
    .option('--raw', 'keep ids, e-mail addresses and all properties as they are', false)
    .exitOverride()
    .allowExcessArguments(false)
    .parse([...argv], { from: 'user' })
    .opts<CaptureOptions>()

const warning =
  'Warning: --raw writes the ids, e-mail addresses and properties of real people to the file. Delete it when you are done.'

/** `simulate capture`. Resolves with 0 once `ended` is. */
export const captureCommand = async (
  argv: readonly string[],
  write: Write,
  ended: Promise<unknown>,
): Promise<0> => {
  const { listen, forward, to, raw } = readOptions(argv)
  if (raw) write(warning)
  const file = createWriteStream(to, { mode: 0o600, flags: 'wx' })
  await once(file, 'open')
  file.write(`${JSON.stringify(recordingHeader(!raw, new Date()))}\n`)
  let calls = 0
  const server = createCapture({
    forwardTo: forward,
    redact: raw ? undefined : createRedact(randomBytes(32)),
    record: (call) => {
      file.write(`${JSON.stringify(call)}\n`)
      calls += 1
    },
    fetch,
    now: () => performance.now(),
  })
  server.listen(listen.port, listen.host)
  await once(server, 'listening')
  write(`Listening on ${listen.host}:${(server.address() as AddressInfo).port}. Ctrl-C ends the capture.`)
  await ended
  server.close()
  server.closeAllConnections()
  await new Promise<void>((resolve) => file.end(() => resolve()))
  write(`${calls} calls in ${to}.`)
  return 0
}
