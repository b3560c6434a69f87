import { z } from 'zod'
import { storableText } from '../storable-text.ts'

const count = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\s*\d+\s*$/)
      .transform(Number),
  ])
  .pipe(z.int().nonnegative())
  .nullable()
  .catch(null)

const label = z
  .union([z.string(), z.number().transform(String), z.bigint().transform(String)])
  .transform(storableText)
  .catch('')

/** The parts of a body beside its members, whatever else it carries. Only the action can fail to parse. */
export const pageEnvelope = z.object({
  action: z.string(),
  mixpanel_project_id: z.unknown(),
  mixpanel_cohort_id: z.unknown(),
  mixpanel_cohort_name: label,
  mixpanel_cohort_description: label,
  mixpanel_session_id: z.unknown(),
  page_info: z
    .object({ total_pages: count, page_count: count })
    .catch({ total_pages: null, page_count: null }),
})

export type PageEnvelope = z.infer<typeof pageEnvelope>
