import { z } from 'zod'

// The receiver takes more than Mixpanel documents, such as numbers for ids; this is what it documents.
const id = z
  .string()
  .max(256)
  .regex(/^[!-~]+$/)

const member = z
  .looseObject({
    mixpanel_distinct_id: z.string().meta({ description: 'Who the member is in Mixpanel.' }),
    email: z.string().optional(),
    first_name: z.string().optional(),
    last_name: z.string().optional(),
  })
  .meta({ id: 'Member', description: 'One user, with the properties that the customer exports.' })

/** One request body of the webhook, as Mixpanel documents it. */
export const pageBody = z
  .looseObject({
    action: z
      .enum(['members', 'add_members', 'remove_members'])
      .meta({ description: 'members: everybody in the cohort. The other two: who joined, who left.' }),
    parameters: z.looseObject({
      mixpanel_project_id: id.optional(),
      mixpanel_cohort_id: id.meta({ description: 'Names the cohort, together with the project.' }),
      mixpanel_cohort_name: z.string().optional(),
      mixpanel_cohort_description: z.string().optional(),
      mixpanel_session_id: z
        .string()
        .optional()
        .meta({ description: 'Names the export. Its pages share it.' }),
      page_info: z
        .object({ total_pages: z.int().nonnegative(), page_count: z.int().nonnegative() })
        .optional()
        .meta({ description: 'page_count is the number of this page. Without it the page is the only one.' }),
      members: z.array(member).meta({ description: 'May be empty.' }),
    }),
  })
  .meta({ id: 'CohortPage', description: 'One page of a cohort sync.' })

export type PageBody = z.input<typeof pageBody>

const action = z
  .string()
  .nullable()
  .meta({ description: 'The action of the request, where it was readable.' })

export const successBody = z
  .object({ action, status: z.literal('success') })
  .meta({ id: 'Success', description: 'The page is stored.' })

export const failureBody = z
  .object({
    action,
    status: z.literal('failure'),
    error: z.object({
      message: z.string().meta({ description: 'Mixpanel shows it to the customer.' }),
      code: z.int().meta({ description: 'The HTTP status.' }),
    }),
  })
  .meta({ id: 'Failure', description: 'The page is not stored.' })
