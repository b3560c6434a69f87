import { z } from 'zod'
import { maxIdBytes } from '../usable-id.ts'

const text = z
  .string()
  .refine((value) => Buffer.byteLength(value) <= maxIdBytes)
  .refine((value) => !value.includes('\0') && value.isWellFormed())

const present = z.union([text.refine((value) => value.trim() !== ''), z.int()])
const absent = z.union([z.null(), z.undefined(), z.string().refine((value) => value.trim() === '')])

/** The rule for one member, in zod: the specification that `readMember` is held to. */
export const memberSchema = z
  .looseObject({})
  .and(
    z.union([
      z.object({ mixpanel_distinct_id: present }),
      z.object({ mixpanel_distinct_id: absent.optional(), $distinct_id: present }),
    ]),
  )
