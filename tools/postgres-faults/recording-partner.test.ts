import { expect, test } from 'vitest'
import { recordingPartner } from './recording-partner.ts'

const setup = () => {
  const partner = recordingPartner({ milliseconds: 1 })
  const stored = {
    id: 'crm',
    accountId: 'acme',
    connector: 'recording',
    sealedSettings: '',
    version: 1,
    pausedSince: null,
    drainingSince: null,
    unauthorizedSince: null,
  }
  const view = { identity: [], properties: 'all' as const, createdAt: new Date(0) }
  const { destination } = partner.connect({ ...stored, ...view })
  const cohort = { projectId: '1', id: 'trial', name: '', description: '' }
  const member = { id: 'ann', identity: { kind: 'email' as const, value: 'a@example.com' }, properties: {} }
  const call = { idempotencyKey: 'k', occurredAt: new Date(0), signal: new AbortController().signal }
  const audience = { id: 'trial', cohort }
  return {
    partner,
    add: () => destination.addMembers(audience, [member], call),
    remove: () => destination.removeMembers(audience, [member], call),
  }
}

test('knows who was told twice what it knew', async () => {
  const { partner, add, remove } = setup()
  await add()
  await remove()
  await add()
  expect([partner.repeatedCalls(), partner.idsOf('trial')]).toEqual([0, ['ann']])
  await add()
  expect(partner.repeatedCalls()).toBe(1)
})

test('knows how many calls a destination had at once', async () => {
  const { partner, add } = setup()
  await add()
  expect(partner.mostAtOnce()).toBe(1)
  await Promise.all([add(), add(), add()])
  expect(partner.mostAtOnce()).toBe(3)
})
