import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { exitCodes } from './command-line/exit-codes.ts'
import { commandLine } from './testing/run-command-line.ts'

const help = async (...words: string[]) => (await commandLine()(...words, '--help')).stdout

/** Every command, by the words that call it. */
const commands = async (words: string[] = []): Promise<string[][]> => {
  const [, list = ''] = (await help(...words)).split('\nCommands:\n')
  const names = [...list.split('\n\n')[0]!.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name)
  const below = names.filter((name) => name !== 'help').map((name) => commands([...words, name]))
  const found = (await Promise.all(below)).flat()
  return found.length === 0 ? [words] : found
}

test('every command has examples that call it, with arguments and options that it has', async () => {
  const all = await commands()
  expect(all.length).toBeGreaterThan(35)
  for (const words of all) {
    const text = await help(...words)
    const examples = [...text.matchAll(/cohort-relay ([^\n]*)/g)].map(([, example = '']) => example)
    expect(examples.filter((example) => example.startsWith(words.join(' ')))).not.toEqual([])
    const named = examples.flatMap((example) => example.match(/(?<= )--[a-z-]+/g) ?? [])
    const known = new Set(text.match(/--[a-z-]+/g))
    expect(named.filter((option) => !known.has(option))).toEqual([])
  }
})

test('the exit codes are those of the document, and help shows them', async () => {
  const document = readFileSync(new URL('../../../docs/operate.md', import.meta.url), 'utf8')
  const rows = [...document.matchAll(/^\| (?<code>\d) +\| (?<meaning>.*?) +\|$/gm)]
  expect(
    rows.map(({ groups }) => ({ code: Number(groups?.['code']), meaning: groups?.['meaning'] })),
  ).toEqual(Object.values(exitCodes))
  const text = await help('status')
  for (const { code, meaning } of Object.values(exitCodes)) expect(text).toContain(`  ${code}  ${meaning}`)
})

test.each([
  ['an unknown command', ['fly']],
  ['an unknown option', ['accounts', 'list', '--fly']],
  ['a missing argument', ['accounts', 'rename', 'Acme']],
  ['one argument too many', ['accounts', 'read', 'Acme', 'Globex']],
  ['an unknown choice', ['tokens', 'create', 'Ann', '--role', 'king']],
])('%s is wrong usage', async (_name, words) => {
  const { exitCode, stdout, stderr } = await commandLine()(...words)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Add --help to see how it is called.')
})

test('help is no error', async () => {
  expect(await commandLine()('--help')).toMatchObject({ exitCode: 0, stderr: '' })
})
