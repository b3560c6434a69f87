import { readdirSync, readFileSync } from 'node:fs'
import type { Store } from '@cohort-relay/core'
import { expect, test } from 'vitest'
import { hostileBodies } from './testing/hostile-bodies.ts'
import { tellAdminCalls, tellEachBody, tellOneAccount } from './testing/transcript.ts'

const folder = new URL('webhook/testing/corpus/bodies/', import.meta.resolve('@cohort-relay/core'))
const corpus = Object.fromEntries(
  readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder))]),
)
const timeout = 120_000

/** Of each line that differs, a little before and after the first character that does. */
const differences = (ones: readonly string[], others: readonly string[]): string[][] => {
  const length = Math.max(ones.length, others.length)
  return Array.from({ length }, (_, index) => [ones[index] ?? '', others[index] ?? ''] as const)
    .filter(([one, other]) => one !== other)
    .map(([one, other]) => {
      let at = 0
      while (one[at] === other[at]) at++
      return [one, other].map((line) => line.slice(Math.max(0, at - 300), at + 60))
    })
}

const statusesOf = (told: readonly string[]): string[] => [
  ...new Set(told.flatMap((line) => /^\d{3}(?= \[)/.exec(line) ?? [])),
]

test('the corpus is answered alike, byte for byte, and leaves the same cohorts', { timeout }, async () => {
  const sqlite = await tellEachBody({ store: 'sqlite' }, corpus)
  const postgres = await tellEachBody({ store: 'postgres' }, corpus)
  expect(differences(sqlite, postgres)).toEqual([])
  expect(statusesOf(sqlite).toSorted()).toEqual(['200', '400'])
})

test('hostile bodies are answered alike, and the partner is told the same', { timeout }, async () => {
  const sqlite = await tellOneAccount({ store: 'sqlite' }, hostileBodies())
  const postgres = await tellOneAccount({ store: 'postgres' }, hostileBodies())
  expect(differences(sqlite, postgres)).toEqual([])
  expect(statusesOf(sqlite).toSorted()).toEqual(['200', '400'])
})

test(
  'hostile calls of the admin API are answered alike, and none is a fault of ours',
  { timeout },
  async () => {
    const bodies = hostileBodies().slice(0, 5)
    const sqlite = await tellAdminCalls({ store: 'sqlite' }, bodies)
    const postgres = await tellAdminCalls({ store: 'postgres' }, bodies)
    expect(differences(sqlite, postgres)).toEqual([])
    expect(statusesOf(postgres).filter((status) => status.startsWith('5'))).toEqual([])
    expect(statusesOf(postgres)).toEqual(expect.arrayContaining(['200', '201', '400', '404']))
  },
)

/** Each alters one thing that a database has been seen to alter. */
const alterations: readonly [string, (store: Store) => Partial<Store>][] = [
  [
    'trims the name of a cohort',
    (store) => ({
      storePage: ({ page, ...arrival }) =>
        store.storePage({
          ...arrival,
          page: { ...page, cohort: { ...page.cohort, name: page.cohort.name.trim() } },
        }),
    }),
  ],
  [
    'composes what was decomposed',
    (store) => ({
      listMembers: async (...asked) => {
        const list = await store.listMembers(...asked)
        return list && { ...list, members: list.members.map((one) => ({ ...one, id: one.id.normalize() })) }
      },
    }),
  ],
]

test.each(alterations)('a store that %s is noticed (negative control)', { timeout }, async (_name, wrap) => {
  const bodies = hostileBodies().slice(0, 70)
  const sound = await tellOneAccount({ store: 'sqlite' }, bodies)
  expect(await tellOneAccount({ store: 'sqlite', wrap }, bodies)).not.toEqual(sound)
  expect(await tellOneAccount({ store: 'sqlite' }, bodies)).toEqual(sound)
})
