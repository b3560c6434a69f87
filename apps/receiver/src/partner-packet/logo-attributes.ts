import { styleProblem } from './logo-style.ts'
import { svgNamespace } from './svg-vocabulary.ts'

export interface SvgAttribute {
  readonly name: string
  readonly local: string
  readonly uri: string
  readonly value: string
}

/** What is wrong, and what to do about it. */
export interface LogoFault {
  readonly problem: string
  readonly remedy: string
}

/** Text for people or programs: no browser reads it as a style. */
const textAttribute = /^(?:aria-.*|class|data-.*|id|lang|role|version|xmlns)$/i

const addresses: ReadonlySet<string> = new Set(['src', 'srcset', 'srcdoc', 'action', 'formaction', 'ping'])

export const styleRemedy = 'Keep to colours, shapes and url(#…) of the file itself.'

/** Why an attribute of an element in the namespace `elementUri` is not taken. */
export const attributeFault = (attribute: SvgAttribute, elementUri: string): LogoFault | undefined => {
  const local = attribute.local.toLowerCase()
  if (/^on[a-z]/.test(local)) return fault(attribute, 'runs a script on an event', 'Remove the attribute.')
  if (local === 'href' && !/^\s*#\S+\s*$/.test(attribute.value))
    return fault(attribute, 'refers to something outside the file', 'Draw it in the file, or remove it.')
  if (addresses.has(local) || attribute.name.toLowerCase() === 'xml:base')
    return fault(attribute, 'names an address', 'Remove the attribute.')
  const isStyle = elementUri === svgNamespace && attribute.uri === '' && !textAttribute.test(local)
  const problem = isStyle ? styleProblem(attribute.value) : undefined
  return problem === undefined ? undefined : fault(attribute, problem, styleRemedy)
}

const fault = ({ name }: SvgAttribute, problem: string, remedy: string): LogoFault => ({
  problem: `the attribute ${name.slice(0, 40)} ${problem}`,
  remedy,
})
