import { SaxesParser, type SaxesTagNS } from 'saxes'
import { attributeFault, styleRemedy, type LogoFault } from './logo-attributes.ts'
import { elementFault } from './logo-elements.ts'
import { maxLogoDepth } from './logo-limits.ts'
import { styleProblem } from './logo-style.ts'
import { createUseRule, type UseRule } from './logo-uses.ts'
import { drawingElements, svgNamespace } from './svg-vocabulary.ts'

/** What was read in an SVG file. */
export interface LogoScan {
  /** In the order of the file; each names its line. */
  readonly faults: LogoFault[]
  /** Of the root, once that is an svg element. */
  viewBox: string | undefined
  hasRoot: boolean
  isDrawn: boolean
}

interface Reading extends LogoScan {
  readonly open: SaxesTagNS[]
  readonly uses: UseRule
  style: string
  note: (problem: string, remedy: string) => void
}

/** Reads the whole file, up to where it is no XML any more. Never throws. */
export const scanLogo = (text: string): LogoScan => {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const faults: LogoFault[] = []
  const reading: Reading = {
    faults,
    viewBox: undefined,
    hasRoot: false,
    isDrawn: false,
    open: [],
    uses: createUseRule(),
    style: '',
    note: (problem, remedy) => faults.push({ problem: `line ${parser.line}: ${problem}`, remedy }),
  }
  listen(parser, reading)
  try {
    parser.write(text).close()
  } catch (error) {
    // Only the text can be at fault. The parser's words start with line and column.
    const reason = (error as Error).message.replace(/^(?<line>\d+):\d+: /, 'line $<line>: ')
    faults.push({ problem: `is not well-formed (${reason.slice(0, 120)})`, remedy: 'Export the logo again.' })
  }
  faults.push(...reading.uses.faults())
  return reading
}

type Parser = SaxesParser<{ xmlns: true; position: true }>

const listen = (parser: Parser, reading: Reading): void => {
  const { note } = reading
  parser.on('xmldecl', ({ version = '1.0', encoding = 'UTF-8' }) => {
    if (version !== '1.0' || !/^utf-?8$/i.test(encoding))
      note('the file says it is not XML 1.0 in UTF-8', 'Save it as UTF-8, and begin it with <svg.')
  })
  parser.on('doctype', () => note('there is a DOCTYPE', 'Delete the lines from <!DOCTYPE to its end.'))
  parser.on('processinginstruction', ({ target }) =>
    note(`there is an instruction <?${target.slice(0, 40)}`, 'Delete it.'),
  )
  // HTML ends comments and CDATA earlier than XML does: what is hidden here would come to life there.
  parser.on('comment', (text) => {
    if (/[<>]/.test(text)) note('a comment holds < or >', 'Delete the comment.')
  })
  parser.on('cdata', (text) => {
    if (text.includes('<')) note('a CDATA section holds <', 'Delete it.')
    takeText(reading, text)
  })
  parser.on('text', (text) => takeText(reading, text))
  parser.on('opentag', (tag) => openElement(reading, tag))
  parser.on('closetag', () => closeElement(reading))
}

const isStyle = (tag: SaxesTagNS | undefined): boolean => tag?.local.toLowerCase() === 'style'

const takeText = (reading: Reading, text: string): void => {
  if (isStyle(reading.open.at(-1))) reading.style += text
}

const openElement = (reading: Reading, tag: SaxesTagNS): void => {
  const { open, note, uses } = reading
  if (open.length === 0) openRoot(reading, tag)
  if (isStyle(open.at(-1))) note('an element stands in <style>', 'Remove it.')
  open.push(tag)
  if (open.length === maxLogoDepth + 1)
    note(`elements stand in each other more than ${maxLogoDepth} deep`, 'Ungroup the logo.')
  const faults = [
    elementFault(tag),
    ...Object.values(tag.attributes).map((attribute) => attributeFault(attribute, tag.uri)),
  ]
  for (const fault of faults) if (fault !== undefined) note(fault.problem, fault.remedy)
  if (tag.uri === svgNamespace && drawingElements.has(tag.local)) reading.isDrawn = true
  uses.open(tag)
}

const openRoot = (reading: Reading, tag: SaxesTagNS): void => {
  reading.hasRoot = true
  reading.viewBox = tag.attributes['viewBox']?.value
  if (tag.uri !== svgNamespace || tag.local !== 'svg')
    reading.note('the outermost element is not <svg xmlns="http://www.w3.org/2000/svg">', 'Export it as SVG.')
}

const closeElement = (reading: Reading): void => {
  const tag = reading.open.pop()
  reading.uses.close()
  if (!isStyle(tag)) return
  const problem = styleProblem(reading.style)
  if (problem !== undefined) reading.note(`a style ${problem}`, styleRemedy)
  reading.style = ''
}
