import { isUtf8 } from 'node:buffer'
import type { LogoFault } from './logo-attributes.ts'
import { maxLogoBytes } from './logo-limits.ts'

const sizeRemedy = `Simplify it or save it as "plain" or "optimised" SVG; at most ${maxLogoBytes / 1024} kB are taken.`

/** Why a file of this size is not read at all. */
export const logoSizeFault = (bytes: number): LogoFault | undefined => {
  if (bytes === 0) return { problem: 'is empty', remedy: 'Export the logo again.' }
  if (bytes <= maxLogoBytes) return undefined
  return { problem: `has ${bytes.toLocaleString('en-US')} bytes`, remedy: sizeRemedy }
}

/** The text of an SVG file. Only UTF-8, so that nobody reads another text in it than is checked here. */
export const readLogoText = (bytes: Buffer): string | LogoFault => {
  const isText = isUtf8(bytes) && !bytes.includes(0)
  if (!isText) return { problem: 'is no text in UTF-8', remedy: 'Save it as UTF-8.' }
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}
