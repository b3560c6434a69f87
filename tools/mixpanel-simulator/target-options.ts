import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Receiver } from './http-line.ts'

/** The webhook that a command sends to. */
export interface TargetOptions {
  readonly url: string
  readonly key: string
  readonly basic: boolean
}

export const httpUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  throw new InvalidArgumentError('Give a whole address that begins with http:// or https://.')
}

/** How many times as fast as in earnest; fractions are slower. */
export const factor = (text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 1e6) return value
  throw new InvalidArgumentError('Give a number above 0, at most 1000000.')
}

export const addTarget = (command: Command): Command =>
  command
    .addOption(
      new Option('--url <url>', 'webhook to send to')
        .makeOptionMandatory()
        .argParser(httpUrl)
        .env('WEBHOOK_URL'),
    )
    .addOption(new Option('--key <key>', "the account's key").makeOptionMandatory().env('WEBHOOK_KEY'))
    .option('--basic', 'send the key as the password of HTTP Basic, not as x-api-key', false)

export const receiverOf = ({ url, key, basic }: TargetOptions): Receiver => ({
  url,
  credentials: { key, scheme: basic ? 'basic' : 'x-api-key' },
})
