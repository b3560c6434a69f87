/** A value as it is written down between two databases: see `ColumnKind`. */
export type TransferValue = string | number | boolean | readonly string[] | null

/** Values in the order of the table's columns. */
export type TransferRow = readonly TransferValue[]

/** Some rows of one table. */
export interface Chunk {
  readonly table: string
  readonly rows: readonly TransferRow[]
}

/** JSON in one form, whatever order and room the database gives it. */
export const plainJson = (json: string): string => JSON.stringify(sorted(JSON.parse(json)))

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]))
}
