import { partnerExample } from '../partner-example.ts'

/** The example with Acme's names and addresses replaced, as a partner replaces them. */
export const partnerYaml = partnerExample
  .replaceAll('Acme', 'Northwind')
  .replaceAll('acme', 'northwind')
  .replaceAll('.example/', '.com/')

/** The same with one line altered; `line` begins with its field's name. */
export const withLine = (line: string): string => {
  const name = line.slice(0, line.indexOf(':') + 1)
  return partnerYaml.replace(new RegExp(`^( *)${name}.*$`, 'm'), `$1${line}`)
}
