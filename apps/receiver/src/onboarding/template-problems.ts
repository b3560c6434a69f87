import type { z } from 'zod'
import type { DestinationTemplate, Onboarding } from './deployment.ts'
import { fillTemplates, isTemplate, variablesIn, type TemplateProblem } from './template.ts'

const known = ['apiKey', 'account.id', 'account.shortId']

/** What is wrong with a template whatever the key: told at the start and not to the first customer. */
export const templateProblems = (
  { connector, settings }: DestinationTemplate,
  way: Onboarding['way']['kind'],
): readonly TemplateProblem[] => {
  const variables = variablesIn(settings)
  const foreign = way === 'pass-through' ? variables.filter((name) => !known.includes(name)) : []
  if (foreign.length > 0)
    return foreign.map((name) => ({
      field: 'settings',
      problem: `names ${name}, which only accountLookupUrl could tell: use apiKey, account.id or account.shortId`,
    }))
  if (way === 'pass-through' && !variables.includes('apiKey'))
    return [{ field: 'settings', problem: 'must name ${apiKey}: without it every key would be accepted' }]
  const sample = Object.fromEntries(variables.map((name) => [name, 'sample']))
  const { error } = connector.settings.safeParse(fillTemplates(settings, sample))
  return (error?.issues ?? []).filter((issue) => !dependsOnKey(settings, issue)).flatMap(problemsOf)
}

/** What a field says of a sample is no matter of the template where the key or the account decides it. */
const dependsOnKey = (settings: unknown, { path, code }: z.core.$ZodIssue): boolean => {
  let place = settings
  for (const name of path) {
    if (isTemplate(place)) return true
    place = (place as Record<PropertyKey, unknown> | undefined)?.[name]
  }
  if (isTemplate(place)) return true
  // Of a whole object what it lacks and what it has too much of can be told; a rule of its own may look at any field.
  return code === 'custom' && variablesIn(place).length > 0
}

const problemsOf = (issue: z.core.$ZodIssue): TemplateProblem[] => {
  const field = ['settings', ...issue.path].join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: `${field}.${key.slice(0, 60)}`,
      problem: 'is not known to the connector',
    }))
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  // The connector's own words, which name the remedy and never the value.
  return [{ field, problem: isMissing ? 'is missing' : `is not accepted by the connector: ${issue.message}` }]
}
