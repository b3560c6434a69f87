import { expect, onTestFinished, test } from 'vitest'
import { createPartnerApp } from '../partner-server/app.ts'
import { isSound, renderReport } from './report.ts'
import { runDemo } from './run-demo.ts'
import { listen, startFakeReceiver, type Fault } from './testing/fake-receiver.ts'

const setup = async (fault: Fault) => {
  const partnerSecret = `whsec_${Buffer.from('a secret of the partner').toString('base64')}`
  const receiver = await startFakeReceiver(fault)
  const partner = await listen(createPartnerApp({ secret: partnerSecret }))
  onTestFinished(() => {
    receiver.server.close()
    partner.server.close()
  })
  const child = { pid: 0, lastLines: () => [] }
  const parts = {
    folder: '',
    adminToken: 'token',
    partnerSecret,
    receiver: { ...child, url: receiver.url },
    partner: { ...child, url: partner.url },
  }
  const written: string[] = []
  const screen = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
  const { steps } = await runDemo(parts, { members: 1500, seed: 1 }, screen)
  return { steps, written }
}

test('plays three steps, calls no partner for the unchanged one and finds three equal sets', async () => {
  const { steps, written } = await setup('none')
  expect(isSound(steps)).toBe(true)
  expect(steps.map(({ name, counts, partnerCalls }) => [name, counts.partner, partnerCalls])).toEqual([
    ['full sync', 1500, 2],
    ['diff +500 -300', 1700, 2],
    ['same again', 1700, 0],
  ])
  expect(written[0]).toBe('1. Full sync: 1,500 members in 2 pages\n')
})

test.each<[Fault, string]>([
  ['loses a member', "the partner's list lacks"],
  ['swaps a member for another', "the partner's list lacks"],
  [
    'tells the partner unchanged members',
    'same again: the partner was called 2 times although nothing changed',
  ],
])('notices a receiver that %s', async (fault, complaint) => {
  const { steps } = await setup(fault)
  expect(isSound(steps)).toBe(false)
  expect(renderReport(steps)).toContain(complaint)
})
