import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secretKeyProblem } from '../check-secret-keys.ts'
import { keyIdOf } from '../encrypt-settings.ts'
import { newTestDatabase } from '../testing/new-test-database.ts'
import { runAdmin, settings } from '../testing/run-admin.ts'

const [old, current] = [randomBytes(32), randomBytes(32)]

/** A database with three destinations whose settings were encrypted with the old key, and how it is opened with others. */
const setup = async () => {
  const database = await newTestDatabase()
  const before = await runAdmin({ database, secretKey: old })
  const made = [
    await before.makeDestination(),
    await before.makeDestination(),
    await before.makeDestination(),
  ]
  await before.stop()
  return { database, made }
}

describe('the secret key', () => {
  it('is exchanged while everything runs: what was encrypted with the old one is encrypted with the new one', async () => {
    const { database, made } = await setup()
    const { admin, stop } = await runAdmin({ database, secretKey: current, previousSecretKeys: [old] })
    expect((await admin('GET', made[0]!.path)).body.settings).toMatchObject({ url: settings.url })
    expect((await admin('GET', '/secrets')).body.keys).toEqual([
      { keyId: keyIdOf(current), use: 'current', destinations: 0 },
      { keyId: keyIdOf(old), use: 'previous', destinations: 3 },
    ])
    const first = await admin('POST', '/secrets/rotate?limit=2')
    expect(first.body).toMatchObject({ checked: 2, rotated: 2, unreadable: [], next: expect.any(String) })
    const second = await admin('POST', `/secrets/rotate?limit=2&after=${first.body.next}`)
    expect(second.body).toEqual({ checked: 1, rotated: 1, unreadable: [], next: null })
    expect((await admin('POST', '/secrets/rotate')).body).toMatchObject({ checked: 3, rotated: 0 })
    await stop()
    const after = await runAdmin({ database, secretKey: current })
    for (const { path } of made) expect((await after.admin('GET', path)).body).toMatchObject({ version: 1 })
  })

  it('that is unknown is shown, and what it encrypted is left', async () => {
    const { database, made } = await setup()
    const { admin } = await runAdmin({ database, secretKey: current })
    expect((await admin('GET', '/secrets')).body.keys).toContainEqual({
      keyId: keyIdOf(old),
      use: 'unknown',
      destinations: 3,
    })
    const { body } = await admin('POST', '/secrets/rotate')
    expect(body).toMatchObject({ rotated: 0 })
    expect(body.unreadable.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
  })

  it('that is the wrong one is a sentence that says which and what to do', () => {
    const counts = { [keyIdOf(old)]: 3 }
    expect(secretKeyProblem(counts, [old])).toBeUndefined()
    expect(secretKeyProblem(counts, [current, old])).toBeUndefined()
    expect(secretKeyProblem({}, [current])).toBeUndefined()
    const problem = secretKeyProblem(counts, [current])
    expect(problem).toContain(`3 destinations were encrypted with (key ${keyIdOf(old)})`)
    expect(problem).toContain('PREVIOUS_SECRET_KEYS')
  })
})
