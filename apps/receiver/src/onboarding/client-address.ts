import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

const maxLength = 64

/**
 * Who sends, for counting attempts: the address of the connection, or with so many trusted proxies in front the one that
 * the outermost of them saw. Of an IPv6 address the network counts, since one sender has all of it.
 */
export const clientAddress = (
  {
    headers,
    socket,
  }: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } },
  trustedProxies: number,
): string => {
  const forwarded = trustedProxies === 0 ? [] : [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const told = forwarded.map((address) => address.trim()).filter((address) => address !== '')
  const hops = [...told, socket.remoteAddress ?? '']
  return networkOf((hops.at(-1 - trustedProxies) ?? hops[0] ?? '').slice(0, maxLength))
}

const networkOf = (address: string): string => {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [front = '', back] = plain.replace(/%.*/, '').split('::')
  const [first, last] = [front, back ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const missing = back === undefined ? 0 : Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0))
  const groups = [...(first ?? []), ...Array.from({ length: missing }, () => '0'), ...(last ?? [])]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
