import { accountSettings, joiningProperties, mappedProperties } from '@cohort-relay/core'
import { z } from 'zod'
import { label } from '../admin/schemas.ts'
import type { FieldFault } from '../command-line/fill-in.ts'

const id = z.uuid('must be an id as the lists show it')

const destination = z.strictObject({
  /** Needed only where the account has several of this connector that cannot be told apart. */
  id: id.exactOptional(),
  connector: z.string().min(1),
  settings: z.record(z.string(), z.unknown()).default({}),
  identity: joiningProperties.unwrap().exactOptional(),
  properties: mappedProperties.exactOptional(),
  paused: z.boolean().exactOptional(),
})

/** Kept as they are written: a default would set back what somebody has changed. */
const settings = z.record(z.string(), z.unknown()).superRefine((written, context) => {
  for (const { path, message } of problemsOf(accountSettings.partial().safeParse(written).error))
    context.addIssue({ code: 'custom', path, message })
})

const account = z.strictObject({
  /** Needed only where two accounts have one name, or to give it another. */
  id: id.exactOptional(),
  name: label,
  settings: settings.default({}),
  destinations: z.array(destination).default([]),
})

const declaration = z.strictObject({ accounts: z.array(account) }).superRefine(({ accounts }, context) => {
  for (const field of ['id', 'name'] as const)
    for (const index of repeated(accounts.map((one) => one[field])))
      context.addIssue({
        code: 'custom',
        path: ['accounts', index, field],
        message: 'is that of an account above',
      })
})

/** Accounts and destinations as somebody wants them to be. What is not named stays as it is. */
export type Declaration = z.output<typeof declaration>
export type DeclaredAccount = Declaration['accounts'][number]
export type DeclaredDestination = DeclaredAccount['destinations'][number]

export type DeclarationReading =
  | { readonly declaration: Declaration; readonly faults?: never }
  | { readonly faults: readonly FieldFault[] }

/** All that is wrong with it by itself, or what it says. */
export const checkDeclaration = (value: unknown): DeclarationReading => {
  const { data, error } = declaration.safeParse(value)
  if (data !== undefined) return { declaration: data }
  return {
    faults: problemsOf(error).map(({ path, message }) => ({ path: path.join('.') || 'the file', message })),
  }
}

/** Positions of what stands further up already. */
const repeated = (values: readonly (string | undefined)[]): number[] =>
  values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [index] : []))

interface Problem {
  readonly path: (string | number)[]
  readonly message: string
}

const problemsOf = (error: z.ZodError | undefined): Problem[] =>
  error?.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }))
    const isAbsent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
    return [{ path, message: isAbsent ? 'is missing' : issue.message }]
  }) ?? []
