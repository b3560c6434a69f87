import { StoreUnavailableError } from '@cohort-relay/core'
import { expect, test } from 'vitest'
import { statusMeanings } from '../render-replies.ts'
import { runReceiver, type RunSettings } from '../testing/run-receiver.ts'
import { checkLogo } from './check-logo.ts'
import { keyPlaceholder, makeSamples, type Sample } from './make-samples.ts'
import { makePacket } from './make-packet.ts'
import type { Partner } from './partner-schema.ts'
import { readPartner } from './read-partner.ts'
import { svg } from './testing/hostile-logos.ts'
import { partnerYaml, withLine } from './testing/partner-yaml.ts'

const partnerOf = (text: string): Partner => {
  const reading = readPartner(text)
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems))
  return reading.partner
}

/** The samples as they are read from the files of a packet. */
const samplesIn = (text: string): Sample[] => {
  const logo = checkLogo(Buffer.from(svg('')))
  if (!logo.ok) throw new Error('the logo is refused')
  const packet = makePacket(partnerOf(text), logo.logo)
  const files = [...packet].filter(([path]) => path.startsWith('samples/'))
  return files.map(([, contents]) => JSON.parse(String(contents)) as Sample)
}

/** What must be so for a sample to get its answer; most need nothing. */
const circumstances: Readonly<Record<string, RunSettings>> = {
  // A clock that stands still lets nobody send a page more after the first five.
  'over-rate': { limits: { pagesPerSecond: 1 }, clock: () => 0 },
  'store-unavailable': {
    wrap: () => ({ storePage: () => Promise.reject(new StoreUnavailableError('the disk is full')) }),
  },
}

/** A real receiver on which the sample can be played, and what it answers. */
const play = async (sample: Sample) => {
  const receiver = await runReceiver(circumstances[sample.name])
  const { id, key } = await receiver.createAccount()
  if (sample.name === 'account-disabled')
    await receiver.admin('PATCH', `/accounts/${id}`, { settings: { disabled: true } })
  const used = sample.name === 'unknown-key' ? 'crk_nobody' : key
  const send = () => fetch(addressOn(receiver.url, sample), requestOf(sample, used))
  if (sample.name === 'over-rate') for (let page = 0; page < 5; page += 1) await send()
  const response = await send()
  const names = [...response.headers.keys()].filter((name) => ['content-type', 'retry-after'].includes(name))
  return {
    status: response.status,
    headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    body: (await response.json()) as unknown,
  }
}

const addressOn = (url: string, { request }: Sample): URL => new URL(new URL(request.url).pathname, url)

const requestOf = ({ request }: Sample, key: string): RequestInit => ({
  method: request.method,
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, withKey(value, key)]),
  ),
  body: JSON.stringify(request.body),
})

const withKey = (value: string, key: string): string => {
  const pair = /^Basic base64\((?<pair>.*)\)$/.exec(value)?.groups?.['pair']
  const filled = (pair ?? value).replace(keyPlaceholder, key)
  return pair === undefined ? filled : `Basic ${Buffer.from(filled).toString('base64')}`
}

test.each(samplesIn(partnerYaml).map((sample) => [sample.name, sample] as const))(
  'a receiver answers the sample as the packet says: %s',
  async (_name, sample) => {
    expect(await play(sample)).toEqual(sample.answer)
  },
)

const withPassword = samplesIn(withLine('form: basic'))

test.each(
  withPassword
    .filter(({ name }) => ['members-page-1-of-2', 'unknown-key'].includes(name))
    .map((sample) => [sample.name, sample] as const),
)('and with a password of HTTP Basic: %s', async (_name, sample) => {
  expect(sample.request.headers).not.toHaveProperty('x-api-key')
  expect(await play(sample)).toEqual(sample.answer)
})

test('an answer that is not the one of the receiver is noticed (negative control)', async () => {
  const [sample] = samplesIn(partnerYaml)
  const altered = { ...sample!.answer, body: { action: 'members', status: 'done' } }
  expect(await play(sample!)).not.toEqual(altered)
})

test('the samples make one full set and one difference of it', async () => {
  const receiver = await runReceiver()
  const { id, key } = await receiver.createAccount()
  for (const sample of samplesIn(partnerYaml).filter(({ answer }) => answer.status === 200)) {
    const since = receiver.lines.length
    await fetch(addressOn(receiver.url, sample), requestOf(sample, key))
    if (sample.name !== 'members-page-1-of-2' && sample.name !== 'remove-members-nobody')
      await receiver.until('session.applied', {}, since)
  }
  expect(await receiver.members(id, { id: '7654321' })).toEqual(['user-1002', 'user-1003', 'user-1004'])
})

test('there is a sample for every status and every action', () => {
  const samples = makeSamples(partnerOf(partnerYaml))
  const statuses = new Set(samples.map(({ answer }) => answer.status))
  expect(statuses).toEqual(new Set(statusMeanings.map(([status]) => status)))
  const actions = samples.map(({ request }) => (request.body as { action: string }).action)
  expect(new Set(actions)).toEqual(new Set(['members', 'add_members', 'remove_members', 'update']))
})

test.each([
  ['northwind_user_id', 'user-1001'],
  ['email', 'user-1001@example.com'],
  ['$email', 'user-1001@example.com'],
  ['$distinct_id', 'user-1001'],
  ['__proto__', 'user-1001'],
])('the members carry the joining key: %s', (property, value) => {
  const [sample] = makeSamples(partnerOf(withLine(`property: ${property}`)))
  const { parameters } = sample!.request.body as { parameters: { members: Record<string, string>[] } }
  expect(Object.entries(parameters.members[0]!)).toContainEqual([property, value])
})
