import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { checkLogo } from './check-logo.ts'
import { maxLogoBytes, maxLogoDepth, maxLogoRatio, maxLogoUses } from './logo-limits.ts'
import { goodLogos } from './testing/good-logos.ts'
import { hostileLogos, svg } from './testing/hostile-logos.ts'

const problemsOf = (contents: string | Buffer): string => {
  const reading = checkLogo(Buffer.from(contents))
  return reading.ok ? '' : reading.faults.map(({ problem }) => problem).join('\n')
}

test.each(hostileLogos)('refuses %s', (_name, contents, words) => {
  expect(problemsOf(contents)).toContain(words)
})

test.each(goodLogos)('takes %s', (_name, contents) => {
  expect(problemsOf(contents)).toBe('')
})

test('keeps the bytes as they came, and tells the size of the picture', () => {
  const bytes = Buffer.from(svg('').replace('0 0 64 64', '0 0 60 40'))
  expect(checkLogo(bytes)).toEqual({ ok: true, logo: { bytes, width: 60, height: 40 } })
})

test('names everything that is wrong, with its line, and what to do about it', () => {
  const reading = checkLogo(
    Buffer.from(svg('\n<script/>\n<path d="M0 0" onclick="a()"/>\n<a href="//evil.com"/>')),
  )
  expect(reading).toEqual({
    ok: false,
    faults: [
      { problem: 'line 2: the element <script> is no part of a still picture', remedy: 'Remove it.' },
      { problem: 'line 3: the attribute onclick runs a script on an event', remedy: 'Remove the attribute.' },
      {
        problem: 'line 4: the element <a> is no part of a still picture',
        remedy: 'Remove the link and keep what is in it.',
      },
      {
        problem: 'line 4: the attribute href refers to something outside the file',
        remedy: 'Draw it in the file, or remove it.',
      },
    ],
  })
})

test('a file with a thousand faults tells the first twenty and how many more there are', () => {
  const problems = problemsOf(svg('<script/>'.repeat(1000))).split('\n')
  expect(problems).toHaveLength(21)
  expect(problems.at(-1)).toBe('has 980 more problems')
})

test('a logo of the largest size is taken, and one byte more is not', () => {
  const padded = (bytes: number): string =>
    svg('').replace('</svg>', `${' '.repeat(bytes - svg('').length)}</svg>`)
  expect(problemsOf(padded(maxLogoBytes))).toBe('')
  expect(problemsOf(padded(maxLogoBytes + 1))).toContain('bytes')
})

test.each<[string, (count: number) => string, number]>([
  ['depth', (depth) => svg('<g>'.repeat(depth - 1) + '</g>'.repeat(depth - 1)), maxLogoDepth],
  ['uses', (uses) => svg(`<path id="a" d="M0 0"/>${'<use href="#a"/>'.repeat(uses)}`), maxLogoUses],
  ['length', (ratio) => svg('').replace('64 64', `${ratio * 10} 10`), maxLogoRatio],
])('the largest %s is taken, and one more is not', (_name, logoOf, most) => {
  expect(problemsOf(logoOf(most))).toBe('')
  expect(problemsOf(logoOf(most + 1))).not.toBe('')
})

const isWellFormed = (contents: string | Buffer): boolean => {
  try {
    new SaxesParser({ xmlns: true }).write(String(contents)).close()
    return true
  } catch {
    return false
  }
}

// What is often written instead of a check.
const looksHarmless = (contents: string | Buffer): boolean =>
  isWellFormed(contents) && !/<script|onload=|javascript:|<foreignObject|<!ENTITY/.test(String(contents))

test.each([
  ['well-formed XML is enough', isWellFormed, 40],
  ['a list of forbidden words', looksHarmless, 25],
])('the table catches a check by which %s (negative control)', (_name, takes, least) => {
  expect(hostileLogos.filter(([, contents]) => takes(contents)).length).toBeGreaterThan(least)
  expect(goodLogos.filter(([, contents]) => isWellFormed(contents)).length).toBeGreaterThan(10)
})
