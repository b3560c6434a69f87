import { expect, test } from 'vitest'
import { clientAddress } from './client-address.ts'

const addressOf = (remoteAddress: string | undefined, forwarded?: string, trustedProxies = 0): string =>
  clientAddress(
    { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } },
    trustedProxies,
  )

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  [undefined, ''],
])('%s counts as %s', (address, counted) => {
  expect(addressOf(address)).toBe(counted)
})

test.each<[string, string, number, string]>([
  ['is not believed without a trusted proxy', '198.51.100.7', 0, '10.0.0.1'],
  ['names the caller of one trusted proxy', '198.51.100.7', 1, '198.51.100.7'],
  ['cannot be lengthened by the caller', 'faked, 198.51.100.7', 1, '198.51.100.7'],
  ['of two trusted proxies counts from the outer one', '203.0.113.9, 198.51.100.7', 2, '203.0.113.9'],
  ['that is shorter than told counts from its beginning', '198.51.100.7', 5, '198.51.100.7'],
  ['that is empty leaves the connection', ' , ', 1, '10.0.0.1'],
  ['is cut off', 'x'.repeat(5000), 1, 'x'.repeat(64)],
])('X-Forwarded-For %s', (_name, forwarded, proxies, counted) => {
  expect(addressOf('10.0.0.1', forwarded, proxies)).toBe(counted)
})
