import type { LogoFault } from './logo-attributes.ts'
import { readViewBox, type LogoSize } from './logo-shape.ts'
import { logoSizeFault, readLogoText } from './read-logo-text.ts'
import { scanLogo } from './scan-logo.ts'

/** A logo that may be shown anywhere: as a picture, as a document of its own, or within HTML. */
export interface Logo extends LogoSize {
  readonly bytes: Buffer
}

export type LogoReading =
  | { readonly ok: true; readonly logo: Logo }
  | { readonly ok: false; readonly faults: readonly LogoFault[] }

const maxFaults = 20

/** Whether a file is an SVG that draws, and does nothing else: no script, no motion, nothing from outside. */
export const checkLogo = (bytes: Buffer): LogoReading => {
  const sizeFault = logoSizeFault(bytes.length)
  if (sizeFault !== undefined) return { ok: false, faults: [sizeFault] }
  const text = readLogoText(bytes)
  if (typeof text !== 'string') return { ok: false, faults: [text] }
  return judge(bytes, text)
}

const judge = (bytes: Buffer, text: string): LogoReading => {
  const scan = scanLogo(text)
  const size = readViewBox(scan.viewBox)
  const faults = [...scan.faults]
  if (scan.hasRoot && 'problem' in size) faults.push(size)
  if (scan.hasRoot && !scan.isDrawn)
    faults.push({ problem: 'draws nothing', remedy: 'Export the logo again, with its shapes.' })
  if (faults.length === 0 && 'width' in size) return { ok: true, logo: { bytes, ...size } }
  return { ok: false, faults: shortened(faults) }
}

const shortened = (faults: readonly LogoFault[]): readonly LogoFault[] => {
  if (faults.length <= maxFaults) return faults
  const more = faults.length - maxFaults
  const rest = { problem: `has ${more} more problems`, remedy: 'Mend these first.' }
  return [...faults.slice(0, maxFaults), rest]
}
