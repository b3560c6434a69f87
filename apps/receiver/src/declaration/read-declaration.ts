import { parseDocument } from 'yaml'
import { checkDeclaration, type DeclarationReading } from './declaration-schema.ts'

/** What a YAML file says, or everything that is wrong with it. Nothing of the text is quoted: it may hold secrets. */
export const readDeclaration = (text: string): DeclarationReading => {
  const document = parseDocument(text, { prettyErrors: true })
  if (document.errors.length > 0)
    return {
      faults: document.errors.map(({ code, linePos }) => ({
        path: `line ${linePos?.[0].line ?? 1}`,
        message: `cannot be read as YAML (${code}): check indentation and quotes there`,
      })),
    }
  try {
    return checkDeclaration(document.toJS())
  } catch {
    // Only aliases that multiply can be at fault here.
    return { faults: [{ path: 'the file', message: 'repeats itself by aliases too often' }] }
  }
}
