export type TemplateValues = Readonly<Record<string, string>>

/** A text with places that are filled in for each key. A name that has no value is an error. */
export interface Template {
  (values: TemplateValues): string
  readonly variables: readonly string[]
}

export interface TemplateProblem {
  /** Path with dots; empty for the whole. */
  readonly field: string
  readonly problem: string
}

type Environment = Readonly<Record<string, string | undefined>>

// `$${` is how a text says `${` itself.
const placeholder = /\$\$\{|\$\{([^}]*)\}/g
const environmentName = /^[A-Z][A-Z0-9_]*$/
const variableName = /^(?:apiKey|account\.[A-Za-z][A-Za-z0-9_]*)$/

interface Reading {
  /** What YAML can hold, with templates in place of texts that name variables. */
  readonly tree: unknown
  readonly problems: readonly TemplateProblem[]
}

/**
 * Puts the environment's values where `${NAME}` names them, and makes a template of every text that names `${apiKey}` or
 * `${account.…}`. What the environment says is never read as a template. No value is told in a problem.
 */
export const readTemplates = (value: unknown, environment: Environment): Reading => {
  const problems: TemplateProblem[] = []
  const read = (one: unknown, path: readonly string[]): unknown => {
    if (typeof one === 'string') return readText(one, { environment, field: path.join('.'), problems })
    if (Array.isArray(one)) return one.map((item, index) => read(item, [...path, String(index)]))
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, read(item, [...path, name])]))
  }
  return { tree: read(value, []), problems }
}

interface TextParts {
  readonly environment: Environment
  readonly field: string
  readonly problems: TemplateProblem[]
}

interface Variable {
  readonly variable: string
}

const readText = (text: string, parts: TextParts): string | Template => {
  const pieces: (string | Variable)[] = []
  let end = 0
  for (const match of text.matchAll(placeholder)) {
    pieces.push(text.slice(end, match.index), readPlace(match[1], parts))
    end = match.index + match[0].length
  }
  pieces.push(text.slice(end))
  const variables = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable]))
  const fixed = pieces.filter((piece) => typeof piece === 'string')
  return variables.length === 0 ? fixed.join('') : templateOf(pieces, variables)
}

const readPlace = (
  name: string | undefined,
  { environment, field, problems }: TextParts,
): string | Variable => {
  if (name === undefined) return '${'
  if (variableName.test(name)) return { variable: name }
  const value = environmentName.test(name) ? environment[name]?.trim() : undefined
  if (value !== undefined && value !== '') return value
  const problem = environmentName.test(name)
    ? `names the variable ${name}, which is not set: set it in the environment`
    : 'names what is neither a variable of the environment nor apiKey nor account.…: correct it, or write $${ for ${'
  problems.push({ field, problem })
  return ''
}

const templateOf = (pieces: readonly (string | Variable)[], variables: readonly string[]): Template => {
  const fill = (values: TemplateValues): string =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : valueOf(piece, values))).join('')
  return Object.assign(fill, { variables })
}

const valueOf = ({ variable }: Variable, values: TemplateValues): string => {
  const value = Object.hasOwn(values, variable) ? values[variable] : undefined
  if (value === undefined) throw new MissingValueError(variable)
  return value
}

/** A template names what nobody gave. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError'
  readonly variable: string

  constructor(variable: string) {
    super(`There is no value for ${variable}.`)
    this.variable = variable
  }
}

export const isTemplate = (value: unknown): value is Template => typeof value === 'function'

/** The tree with every template filled in. Throws a `MissingValueError` where a value is missing. */
export const fillTemplates = (tree: unknown, values: TemplateValues): unknown => {
  if (isTemplate(tree)) return tree(values)
  if (Array.isArray(tree)) return tree.map((item) => fillTemplates(item, values))
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(Object.entries(tree).map(([name, item]) => [name, fillTemplates(item, values)]))
}

/** Every variable that a template in the tree names. */
export const variablesIn = (tree: unknown): readonly string[] => {
  if (isTemplate(tree)) return tree.variables
  if (typeof tree !== 'object' || tree === null) return []
  return Object.values(tree).flatMap(variablesIn)
}
