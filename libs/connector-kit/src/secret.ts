import { z } from 'zod'

/** Marks a settings field as secret: stored encrypted, never shown again, `writeOnly` in the JSON Schema. */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema => schema.meta({ writeOnly: true })

/** Names of the top-level fields that {@link secret} marked. */
export const secretFields = (settings: z.ZodType): string[] => {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).flatMap(([name, field]) =>
    typeof field === 'object' && field.writeOnly ? [name] : [],
  )
}
