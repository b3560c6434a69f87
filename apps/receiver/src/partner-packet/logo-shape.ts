import type { LogoFault } from './logo-attributes.ts'
import { maxLogoRatio } from './logo-limits.ts'

export interface LogoSize {
  readonly width: number
  readonly height: number
}

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`
const viewBoxShape = new RegExp(`^\\s*${Array(4).fill(`(${number})`).join('(?:\\s+|\\s*,\\s*)')}\\s*$`, 'i')

/** The size that a viewBox gives, or why it gives none that is taken. */
export const readViewBox = (viewBox: string | undefined): LogoSize | LogoFault => {
  if (viewBox === undefined)
    return { problem: 'has no viewBox', remedy: 'Export it with one, such as viewBox="0 0 64 64".' }
  const [width = NaN, height = NaN] = (viewBoxShape.exec(viewBox) ?? []).slice(3).map(Number)
  if (!(width > 0 && height > 0 && Number.isFinite(width * height)))
    return {
      problem: 'has a viewBox that cannot be used',
      remedy: 'It must be four numbers, the last two of them width and height.',
    }
  if (Math.max(width / height, height / width) > maxLogoRatio)
    return {
      problem: `is ${width} by ${height}: one side is more than ${maxLogoRatio} times as long as the other`,
      remedy: 'Use the square version of the logo.',
    }
  return { width, height }
}
