const harmlessFunctions: ReadonlySet<string> = new Set(
  'calc hsl hsla matrix media rgb rgba rotate scale scalex scaley skewx skewy translate translatex translatey var'.split(
    ' ',
  ),
)

const anyFunction = /(?<name>[\w-]+)\(/g
const ownReference = /url\(\s*(?<quote>["']?)#[^"')\s]+\k<quote>\s*\)/gi

/** Why a style, or an attribute that is read like one, is not taken. */
export const styleProblem = (css: string): string | undefined => {
  // An escape can spell any name or address, so none is looked into.
  if (css.includes('\\')) return 'holds a backslash'
  const rule = /@(?!media\b)(?<name>[\w-]*)/i.exec(css)
  if (rule !== null) return `holds @${rule.groups?.['name']?.toLowerCase() ?? ''}`
  const rest = css.replaceAll(ownReference, ' ')
  const calls = [...rest.matchAll(anyFunction)].map(({ groups }) => groups?.['name']?.toLowerCase() ?? '')
  const unknown = calls.find((name) => !harmlessFunctions.has(name))
  if (unknown === undefined) return undefined
  return unknown === 'url' ? 'holds a url() that leads out of the file' : `holds ${unknown}()`
}
