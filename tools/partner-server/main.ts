import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { wholeNumber } from '../terminal/whole-number.ts'
import { createPartnerApp } from './app.ts'

interface PartnerOptions {
  readonly port: number
  readonly secret: string
  readonly latency: number
  readonly withParent: boolean
}

const options = new Command('partner-server')
  .description('A small partner product that keeps a list per cohort. Prints {"url"} when it is ready.')
  .option('--port <port>', 'port on 127.0.0.1, 0 for any free one', wholeNumber(0, 65_535), 0)
  .requiredOption('--secret <secret>', 'Standard Webhooks secret: whsec_ and base64')
  .option('--latency <ms>', 'milliseconds before a delivery is answered', wholeNumber(0, 600_000), 0)
  .option('--with-parent', 'end when standard input closes', false)
  .parse()
  .opts<PartnerOptions>()

if (options.withParent) await import('./end-with-parent.ts')
const server = createServer(createPartnerApp(options)).listen(options.port, '127.0.0.1')
await once(server, 'listening')
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
