import { validateHeaderName, validateHeaderValue } from 'node:http'
import { secret } from '@cohort-relay/connector-kit'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'

export const maxMembersPerCall = 1000

const reservedHeaders = /^(content-type|content-length|host|connection|transfer-encoding|webhook-.*)$/i

const isEndpoint = (text: string): boolean => {
  const url = URL.parse(text)
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  return isHttp && !url.username && !url.password
}

// standardwebhooks drops a stray character at the end without a word; the receiver would then compute another key.
const base64 = /^(whsec_)?([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2,3}={0,2})?$/

const isSigningSecret = (text: string): boolean => {
  try {
    return base64.test(text) && Boolean(new Webhook(text))
  } catch {
    return false
  }
}

const isHeader = (name: string, value: string): boolean => {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return !reservedHeaders.test(name)
  } catch {
    return false
  }
}

const areHeaders = (headers: Record<string, string>): boolean =>
  Object.entries(headers).every(([name, value]) => isHeader(name, value))

export const settings = z.object({
  /** The partner's endpoint. */
  url: z.string().refine(isEndpoint, {
    error: 'Give an http or https URL without user name and password. Credentials belong into `headers`.',
  }),
  /** Shared with the partner; signs every request. */
  secret: secret(
    z.string().refine(isSigningSecret, {
      error: 'Give `whsec_` followed by base64, or base64 alone. `openssl rand -base64 32` makes one.',
    }),
  ),
  /** The most members that the partner takes in one request. */
  membersPerCall: z.int().min(1).max(maxMembersPerCall).default(maxMembersPerCall),
  /** Sent with every request; secret because they may carry credentials. */
  headers: secret(
    z
      .record(z.string(), z.string())
      .refine(areHeaders, {
        error:
          'Give names and values that HTTP allows. content-type, content-length, host, connection, ' +
          'transfer-encoding and webhook-* are set by the connector.',
      })
      .default({}),
  ),
})

export type WebhookSettings = z.infer<typeof settings>
