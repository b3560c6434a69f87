import type { CohortTally } from '../cohort-tally.ts'
import type { PageSource } from '../page-source.ts'
import type { Queries } from './database.ts'
import { holdRows } from './held-rows.ts'
import { addMembers } from './add-members.ts'
import { findMembers, presentOf } from './member-rows.ts'
import { removeMembers, setPresent } from './remove-members.ts'
import { acknowledgePart, nextPart, pageAfter, type PagePart, type PageReader } from './page-rows.ts'
import { isHeld } from './removal-plans.ts'

interface AppliedPart {
  readonly pageKey: string
  /** The cohort's sequence before it. */
  readonly after: number
}

/** Applies the next part of a session's pages to its cohort. Undefined when none is left. */
export const applyPart = async (
  queries: Queries,
  {
    source,
    reader,
    tally,
  }: { readonly source: PageSource; readonly reader: PageReader; readonly tally: CohortTally },
): Promise<AppliedPart | undefined> => {
  const part = await nextPart(queries, reader, source.id)
  if (part === undefined) return undefined
  const after = tally.sequence
  const effect = await effectOf(queries, source)
  const ids = await (part.members === undefined ? applyIds : applyMembers)(queries, tally, { part, effect })
  await acknowledgePart(queries, part, ids)
  return { pageKey: part.pageKey, after }
}

type Effect = 'add' | 'remove' | 'hold'

const effectOf = async (queries: Queries, { id, action }: PageSource): Promise<Effect> => {
  if (action !== 'remove') return 'add'
  return (await isHeld(queries, id)) ? 'hold' : 'remove'
}

interface Content {
  readonly part: PagePart
  readonly effect: Effect
}

const applyIds = async (
  queries: Queries,
  tally: CohortTally,
  { part, effect }: Content,
): Promise<readonly number[]> => {
  const ids = part.ids ?? []
  if (effect === 'hold') await holdRows(queries, tally, ids)
  else await setPresent(queries, tally, { ids, present: effect === 'add' })
  return ids
}

/** Ids of the members that the part names, as far as they are known. */
const applyMembers = async (
  queries: Queries,
  tally: CohortTally,
  { part, effect }: Content,
): Promise<readonly number[]> => {
  const members = part.members ?? []
  if (effect === 'add') return addMembers(queries, tally, members)
  const keys = members.map(({ id }) => id)
  if (effect === 'remove') return removeMembers(queries, tally, keys)
  const known = await findMembers(queries, tally.cohort, keys)
  const ids = keys.flatMap((key) => known.get(key)?.id ?? [])
  await holdRows(queries, tally, ids)
  tally.unchanged += keys.length
  return ids
}

/** In the page of a session after this one: how many it names who are in the cohort. */
export const countPage = async (
  queries: Queries,
  reader: PageReader,
  { session, cohort, page }: { readonly session: number; readonly cohort: number; readonly page: number },
): Promise<{ readonly page: number; readonly present: number } | undefined> => {
  const part = await pageAfter(queries, reader, { session, page })
  if (part === undefined) return undefined
  if (part.members === undefined)
    return { page: part.page, present: (await presentOf(queries, cohort, part.ids ?? [])).length }
  const keys = part.members.map(({ id }) => id)
  const known = await findMembers(queries, cohort, keys)
  return { page: part.page, present: [...known.values()].filter(({ present }) => present).length }
}
