import { zstdDecompressSync } from 'node:zlib'
import type { DatabaseSync } from 'node:sqlite'
import { pageKey } from '../../intake/page-key.ts'
import type { ArrivedPage } from '../../intake/page-store.ts'
import { countSetAside } from '../../webhook/count-set-aside.ts'
import { compressPageSync, releaseBody } from '../compress-page.ts'
import { number, text } from './row.ts'
import { fromReceipt, toReceipt } from './receipt.ts'

/** A page that waits to be applied. */
export interface WaitingPage {
  readonly id: number
  readonly pageKey: string
  /** As it came, or the rows of the members that it named when it was applied before. */
  readonly content: Buffer | Uint32Array
}

interface Keeping {
  readonly digest: string
  /** True: belongs to an export that began again from the top. */
  readonly resent: boolean
}

const prepare = (database: DatabaseSync) => ({
  keep: database.prepare(
    `INSERT INTO page(session, page_key, digest, received_at, members, set_aside, set_aside_reasons, resent, body)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(session, page_key) DO UPDATE SET digest = excluded.digest,
       received_at = excluded.received_at, members = excluded.members, set_aside = excluded.set_aside,
       set_aside_reasons = excluded.set_aside_reasons,
       resent = excluded.resent, body = excluded.body, receipt = NULL, pending = 1, repeats = 0`,
  ),
  next: database.prepare(
    'SELECT id, page_key, body, receipt FROM page WHERE session = ? AND pending = 1 AND id > ? ORDER BY id LIMIT 1',
  ),
  acknowledge: database.prepare('UPDATE page SET receipt = ?, body = NULL, pending = 0 WHERE id = ?'),
})

/** Pages as they came, kept until they are applied. */
export class PageRows {
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  keep(session: number, { page, body, receivedAt }: ArrivedPage, { digest, resent }: Keeping): void {
    const compressed = compressPageSync(body)
    releaseBody(body)
    const [key, at] = [pageKey(page, digest), receivedAt.getTime()]
    const { memberCount, setAside } = page
    this.#statements.keep.run(
      session,
      key,
      digest,
      at,
      memberCount,
      setAside.length,
      setAside.length > 0 ? JSON.stringify(countSetAside(setAside)) : null,
      Number(resent),
      compressed,
    )
  }

  /** Undefined when the session has no page left to apply, after the given one. */
  next(session: number, after = 0): WaitingPage | undefined {
    const row = this.#statements.next.get(session, after)
    if (row === undefined) return undefined
    const { body, receipt } = row as Record<string, Uint8Array | null>
    const content = body ? zstdDecompressSync(body) : fromReceipt(receipt!)
    return { id: number(row['id']), pageKey: text(row['page_key']), content }
  }

  /** The page was applied to these members: their rows replace its body. */
  acknowledge(page: number, members: readonly number[]): void {
    this.#statements.acknowledge.run(toReceipt(members), page)
  }
}
