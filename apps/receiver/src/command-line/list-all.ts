import type { Api } from './api-client.ts'

const entriesAtOnce = 1000

export interface ListOptions {
  /** Of the field that holds the entries. */
  readonly name: string
  readonly query?: Readonly<Record<string, string | undefined>>
}

export interface Listed<Entry> {
  readonly entries: readonly Entry[]
  /** Where more of them begin; null: there are no more. */
  readonly next: string | null
}

interface ListPage {
  readonly next: string | null
}

/** One page of a list, or as many as it takes to have `limit` entries. */
export const listSome = async <Entry>(
  api: Api,
  path: readonly string[],
  {
    name,
    query = {},
    limit,
    after: from,
  }: ListOptions & { readonly limit: number; readonly after?: string | undefined },
): Promise<Listed<Entry>> => {
  const entries: Entry[] = []
  let after: string | null | undefined = from
  while (entries.length < limit && after !== null) {
    const wanted = String(Math.min(entriesAtOnce, limit - entries.length))
    const page: ListPage = await api.call('GET', path, { query: { ...query, limit: wanted, after } })
    entries.push(...(page as unknown as Record<string, Entry[]>)[name]!)
    after = page.next
  }
  return { entries, next: after ?? null }
}

/** Every entry, page by page. */
export const listAll = async <Entry>(
  api: Api,
  path: readonly string[],
  options: ListOptions,
): Promise<readonly Entry[]> => (await listSome<Entry>(api, path, { ...options, limit: Infinity })).entries
