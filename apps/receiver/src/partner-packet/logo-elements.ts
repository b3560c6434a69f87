import type { LogoFault } from './logo-attributes.ts'
import { noteNamespaces, pictureElements, svgNamespace } from './svg-vocabulary.ts'

export interface SvgElement {
  readonly name: string
  readonly prefix: string
  readonly local: string
  readonly uri: string
}

const remedies: Readonly<Record<string, string>> = {
  a: 'Remove the link and keep what is in it.',
  image: 'Draw the logo as shapes: a picture inside it is not taken.',
  foreignobject: 'Remove it; drawing programs put their own data there.',
  feimage: 'Draw the logo without the filter.',
}

/** Why an element is not taken. What is not known to be part of a still picture is refused. */
export const elementFault = (element: SvgElement): LogoFault | undefined => {
  const { local, uri, prefix } = element
  if (uri === svgNamespace && pictureElements.has(local)) return undefined
  // With a prefix it means nothing either where the file is pasted into HTML, which knows no namespaces.
  if (noteNamespaces.has(uri) && prefix !== '') return undefined
  return {
    problem: `the element <${element.name.slice(0, 40)}> is no part of a still picture`,
    remedy: remedies[local.toLowerCase()] ?? 'Remove it.',
  }
}
