import { z } from 'zod'
import { readPublicAddress, readWebhookAddress, type AddressReading } from './public-address.ts'

/** One line of text that people read. */
const line = (longest: number) =>
  z
    .string('must be a text')
    .trim()
    .min(1, 'is empty')
    .max(longest, `is longer than ${longest} characters`)
    // Anything that breaks a line, or reorders it for the eye.
    .regex(
      /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u,
      'holds a line break or a control character',
    )

const address = (read: (text: string) => AddressReading) =>
  z
    .string('must be a text')
    .trim()
    .max(500, 'is longer than 500 characters')
    .transform((text, context) => {
      const reading = read(text)
      if (reading.ok) return reading.url.href
      for (const message of reading.problems) context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

/** A section that is left out has nothing in it, so that each of its fields is named as missing. */
const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess((value) => value ?? {}, z.strictObject(shape, 'must hold fields of its own'))

const authorizationForms = ['x-api-key', 'basic'] as const
const resolutionMethods = ['joining-key', 'shared-ids'] as const

/** A field whose value is left empty counts as left out. */
const orLeftOut = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema.optional())

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be ${values.join(' or ')}`)

/** The path of the logo. */
export const partnerLogo = line(1000)

/** The contents of partner.yaml. What fields say together is in `joint-problems.ts`. */
export const partnerSchema = section({
  company: section({ name: line(40) }),
  webhook: section({ url: address(readWebhookAddress) }),
  authorization: section({ form: oneOf(authorizationForms), whereToFindTheKey: line(200) }),
  userIds: section({
    method: oneOf(resolutionMethods),
    property: orLeftOut(line(255)),
    explanation: line(400),
  }),
  helpCentre: section({
    cohorts: address(readPublicAddress),
    eventsFlowBack: z.boolean('must be true or false'),
    events: orLeftOut(address(readPublicAddress)),
  }),
  logo: partnerLogo,
})

export type Partner = z.output<typeof partnerSchema>
