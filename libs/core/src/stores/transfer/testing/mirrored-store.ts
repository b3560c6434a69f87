import { expect } from 'vitest'
import type { ArrivedPage } from '../../../intake/page-store.ts'
import type { Store } from '../../store.ts'

type Method = (...parameters: unknown[]) => Promise<unknown>

/**
 * Asks each of these stores the same, also those that are added later, and expects the same answer of all. Sessions are
 * applied to their end at once, since stores may take steps of different sizes.
 */
export const mirroredStore = (stores: readonly Store[]): Store =>
  new Proxy({} as Store, {
    get: (_target, name) => {
      if (name === 'then') return undefined
      if (name === 'applyNext') return (now: Date) => applyAll(stores, now)
      return (...parameters: unknown[]) => askAll(stores, name as keyof Store, parameters)
    },
  })

const askAll = async (
  stores: readonly Store[],
  name: keyof Store,
  parameters: unknown[],
): Promise<unknown> => {
  const answers: unknown[] = []
  for (const store of stores) answers.push(await (store[name] as Method)(...parameters.map(owned)))
  for (const answer of answers.slice(1)) expect({ [name]: answer }).toEqual({ [name]: answers[0] })
  return answers[0]
}

/** A store may keep the memory of a body for itself. */
const owned = (parameter: unknown): unknown => {
  const { body } = (parameter ?? {}) as Partial<ArrivedPage>
  return body === undefined ? parameter : { ...(parameter as ArrivedPage), body: Buffer.from(body) }
}

const applyAll = async (stores: readonly Store[], now: Date): Promise<undefined> => {
  for (const store of stores) while (await store.applyNext(now));
}
