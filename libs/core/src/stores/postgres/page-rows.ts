import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { PageMember } from '../../webhook/cohort-page.ts'
import { readCohortPage } from '../../webhook/read-cohort-page.ts'
import { StoreUnavailableError } from '../store-unavailable-error.ts'
import type { Queries, Row } from './database.ts'
import { fromReceipt, toReceipt } from './receipt.ts'
import { number, text } from './row.ts'

const decompress = promisify(zstdDecompress)

/** Some members of a page that waits to be applied: as they came, or the ids of those it named when it was applied before. */
export interface PagePart {
  readonly page: number
  readonly pageKey: string
  /** How many of its members come before this part, and with it. */
  readonly begin: number
  readonly end: number
  readonly isLast: boolean
  readonly members: readonly PageMember[] | undefined
  readonly ids: readonly number[] | undefined
}

/** Reads pages again and keeps the newest one, since a large page is applied in several parts. */
export class PageReader {
  #newest:
    | { readonly page: number; readonly digest: string; readonly members: readonly PageMember[] }
    | undefined

  async membersOf(page: number, digest: string, compressed: Buffer): Promise<readonly PageMember[]> {
    if (this.#newest?.page === page && this.#newest.digest === digest) return this.#newest.members
    const reading = readCohortPage(await decompress(compressed), { exactIntegers: true })
    if (!reading.ok)
      throw new StoreUnavailableError(`Stored page ${page} can no longer be read: ${reading.refusal}`)
    this.#newest = { page, digest, members: reading.page.members }
    return reading.page.members
  }
}

/** Members applied in one go. */
const membersAtOnce = 1000

const nextSql = `SELECT id, page_key, digest, body, receipt, applied FROM cohort_relay.page
  WHERE session = $1 AND pending AND id > $2 ORDER BY id LIMIT 1`

/** The next part to apply of a session. Undefined when it has none left. */
export const nextPart = async (
  queries: Queries,
  reader: PageReader,
  session: number,
): Promise<PagePart | undefined> => {
  const row = await queries.one(nextSql, [session, 0])
  return row && toPart(row, reader)
}

/** The whole of the first page that waits after this one. */
export const pageAfter = async (
  queries: Queries,
  reader: PageReader,
  { session, page }: { readonly session: number; readonly page: number },
): Promise<PagePart | undefined> => {
  const row = await queries.one(nextSql, [session, page])
  return row && toPart({ ...row, applied: 0 }, reader, Infinity)
}

const toPart = async (row: Row, reader: PageReader, atOnce = membersAtOnce): Promise<PagePart> => {
  const [page, begin] = [number(row, 'id'), number(row, 'applied')]
  const { body, receipt } = row as Record<string, Buffer | null>
  const members = body ? await reader.membersOf(page, text(row, 'digest'), body) : undefined
  const ids = members === undefined ? fromReceipt(receipt!) : undefined
  const { length } = (members ?? ids)!
  const end = Math.min(length, begin + atOnce)
  const part = { page, pageKey: text(row, 'page_key'), begin, end, isLast: end === length }
  return { ...part, members: members?.slice(begin, end), ids: ids?.slice(begin, end) }
}

/** The part was applied to these members. Once all of the page is, their ids replace its body. */
export const acknowledgePart = async (
  queries: Queries,
  { page, end, isLast, members }: PagePart,
  ids: readonly number[],
): Promise<void> => {
  // A page that is applied once more from its receipt has it already.
  const grows = members !== undefined
  await queries.run(
    `UPDATE cohort_relay.page SET applied = $2, pending = NOT $3, body = CASE WHEN $3 THEN NULL ELSE body END,
       receipt = CASE WHEN $4 THEN coalesce(receipt, '') || $5 ELSE receipt END WHERE id = $1`,
    [page, end, isLast, grows, grows ? toReceipt(ids) : null],
  )
}
