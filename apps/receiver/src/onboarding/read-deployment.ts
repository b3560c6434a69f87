import type { Connector } from '@cohort-relay/connector-kit'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { deploymentSchema } from './deployment-schema.ts'
import type { Deployment } from './deployment.ts'
import { readOnboarding } from './read-onboarding.ts'
import { readTemplates, type TemplateProblem } from './template.ts'

export interface DeploymentParts {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly connectors: readonly Connector[]
}

/** One problem a line, each with its field and without a value. */
export type DeploymentReading =
  | { readonly ok: true; readonly deployment: Deployment }
  | { readonly ok: false; readonly problems: readonly string[] }

/** The contents of the file, or everything that is wrong with it. */
export const readDeployment = (text: string, parts: DeploymentParts): DeploymentReading => {
  const document = parseDocument(text)
  // The parser's own words quote the text, and the text may be a secret.
  if (document.errors.length > 0)
    return refused(document.errors.map(({ code, linePos }) => yamlProblem(code, linePos?.[0].line)))
  const { tree, problems } = readTemplates(valueOf(document), parts.environment)
  const { data, error } = deploymentSchema.safeParse(tree)
  const found = [...problems, ...(error?.issues ?? []).flatMap(problemsOf)]
  if (data?.onboarding === undefined || found.length > 0)
    return found.length > 0 ? refused(found.map(worded)) : { ok: true, deployment: {} }
  const reading = readOnboarding(data.onboarding, parts.connectors)
  if (!reading.ok) return refused(reading.problems.map(worded))
  return { ok: true, deployment: { onboarding: reading.onboarding } }
}

const valueOf = (document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS() ?? {}
  } catch {
    // Only aliases that multiply can be at fault here: nothing of such a file is taken.
    return undefined
  }
}

const refused = (problems: readonly string[]): DeploymentReading => ({ ok: false, problems })

const yamlProblem = (code: string, line: number | undefined): string =>
  `line ${line ?? 1} cannot be read as YAML (${code}): check indentation and quotes there`

const worded = ({ field, problem }: TemplateProblem): string =>
  field === '' ? `The file ${problem}` : `${field} ${problem}`

const problemsOf = (issue: z.core.$ZodIssue): TemplateProblem[] => {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...path, key.slice(0, 60)].join('.'),
      problem: 'is not known: correct its name, or remove it',
    }))
  return [{ field: path.join('.'), problem: problemOf(issue) }]
}

const problemOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'too_small') return `must be at least ${String(issue.minimum)}`
  if (issue.code === 'too_big') return `must be at most ${String(issue.maximum)}`
  if (issue.code === 'invalid_type' && !issue.message.startsWith('must'))
    return `must be ${ofKind(issue.expected)}`
  return issue.message.startsWith('must') ? issue.message : 'is not what it must be'
}

const ofKind = (expected: string): string =>
  ({
    string: 'a text',
    int: 'a whole number',
    object: 'a list of names with values',
    record: 'a list of names with values',
  })[expected] ?? `of kind ${expected}`
