/** Request headers with names in lower case, as node:http gives them. */
export type CredentialHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

const maxHeaderLength = 4096
const base64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * The API key that a request presents, unchecked: `x-api-key` first, else the password of HTTP Basic (any user name),
 * else the Bearer token. Undefined when there is none; a malformed header is none, never an error.
 */
export const readCredentials = (headers: CredentialHeaders): string | undefined => {
  const apiKey = headerText(headers['x-api-key'])
  if (apiKey !== '') return withinBounds(apiKey)
  const authorization = withinBounds(headerText(headers['authorization']))
  const [, scheme, token] = /^(basic|bearer) +([^ ]+)$/i.exec(authorization ?? '') ?? []
  if (scheme === undefined || token === undefined) return undefined
  return scheme.toLowerCase() === 'bearer' ? token : passwordOf(token)
}

const headerText = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value.trim() : ''

const withinBounds = (text: string): string | undefined =>
  text !== '' && text.length <= maxHeaderLength ? text : undefined

// RFC 7617: the user name ends at the first colon, the password may hold more of them.
const passwordOf = (token: string): string | undefined => {
  if (!base64.test(token)) return undefined
  const pair = Buffer.from(token, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : withinBounds(pair.slice(colon + 1).trim())
}
