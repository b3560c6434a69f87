import { z } from 'zod'
import type { TransferRow } from './transfer-row.ts'

/** Version of the form that a backup is written in. */
export const backupVersion = 1

const counts = z.record(z.string(), z.int().nonnegative())

/** The first line of a backup. */
export const backupHeader = z.object({
  format: z.literal('cohort-relay-backup'),
  version: z.int(),
  schema: z.int(),
  takenAt: z.coerce.date(),
  rows: counts,
  highestIds: counts,
})

/** Then come chunks in the order of the tables, each with the SHA-256 of its rows. */
export const backupChunk = z.object({
  table: z.string(),
  digest: z.string(),
  // Their digest vouches for what is in them.
  rows: z.array(z.custom<TransferRow>(Array.isArray)),
})

/** The last line: what all of them add up to. */
export const backupTrailer = z.object({
  totals: z.record(z.string(), z.object({ rows: z.int(), digest: z.string() })),
  digest: z.string(),
})
