import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { fieldRemedies } from './field-remedies.ts'
import { jointProblems, type FieldProblem } from './joint-problems.ts'
import type { PacketProblem } from './packet-problem.ts'
import { partnerLogo, partnerSchema, type Partner } from './partner-schema.ts'

export type PartnerReading =
  | { readonly ok: true; readonly partner: Partner }
  /** `logo` is its path where that can be used, so that the logo is judged with the rest. */
  | { readonly ok: false; readonly problems: readonly PacketProblem[]; readonly logo?: string }

/** The contents of partner.yaml, or everything that is missing or wrong in it. */
export const readPartner = (text: string): PartnerReading => {
  const parsed = parseYaml(text)
  if (!parsed.ok) return { ok: false, problems: parsed.problems }
  const { data, error } = partnerSchema.safeParse(parsed.value, { reportInput: true })
  const found = [...(error?.issues ?? []).flatMap(problemsOf), ...jointProblems(parsed.value)]
  if (data !== undefined && found.length === 0) return { ok: true, partner: data }
  const logo = partnerLogo.safeParse(logoOf(parsed.value)).data
  return { ok: false, problems: inOrder(found.map(withRemedy)), ...(logo !== undefined && { logo }) }
}

const logoOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'logo' in value ? value.logo : undefined

type YamlReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly PacketProblem[] }

const parseYaml = (text: string): YamlReading => {
  const document = parseDocument(text, { prettyErrors: true })
  const faults = document.errors.map(({ message }) => message.split('\n')[0]?.replace(/:$/, '') ?? '')
  if (faults.length > 0) return refusedYaml(faults)
  try {
    return { ok: true, value: document.toJS() }
  } catch {
    // Only aliases that multiply can be at fault here.
    return refusedYaml(['it repeats itself by aliases too often'])
  }
}

const refusedYaml = (faults: readonly string[]): YamlReading => ({
  ok: false,
  problems: faults.map((fault) => ({
    field: '',
    problem: `cannot be read as YAML: ${fault}`,
    remedy: 'Check indentation and quotes there; texts with a colon need quotes.',
  })),
})

const problemsOf = (issue: z.core.$ZodIssue): FieldProblem[] => {
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...issue.path, key.slice(0, 60)].join('.'),
      problem: 'is not known',
    }))
  return [{ field, problem: isMissing(issue) ? 'is missing' : issue.message }]
}

const isMissing = ({ input }: z.core.$ZodIssue): boolean => input === undefined || input === null

const withRemedy = ({ field, problem }: FieldProblem): PacketProblem => ({
  field,
  problem,
  remedy: fieldRemedies[field] ?? unknownRemedy(field),
})

const unknownRemedy = (field: string): string => {
  const section = field.split('.').slice(0, -1)
  const known = Object.keys(fieldRemedies).filter((name) => name !== '' && isIn(section, name))
  return `Remove it, or correct its name: ${known.map((name) => name.split('.').at(-1)).join(', ')}.`
}

const isIn = (section: readonly string[], name: string): boolean =>
  name.split('.').slice(0, -1).join('.') === section.join('.')

/** As the fields stand in the example, what is not known last. */
const inOrder = (problems: readonly PacketProblem[]): readonly PacketProblem[] => {
  const order = Object.keys(fieldRemedies)
  const placeOf = ({ field }: PacketProblem): number => (order.indexOf(field) + order.length) % order.length
  return problems.toSorted((one, other) => placeOf(one) - placeOf(other))
}
