import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { createIngestCommand, type IngestOptions } from './ingest-command.ts'

const setup = () => {
  const taken: IngestOptions[] = []
  let text = ''
  const write = (part: string): void => {
    text += part
  }
  const command = createIngestCommand(async (options) => void taken.push(options))
    .exitOverride()
    .configureOutput({ writeErr: write, writeOut: write })
  const run = (argv: readonly string[]) => command.parseAsync(argv, { from: 'user' })
  return { run, taken, text: () => text }
}

test('runs five times with four connections unless told otherwise', async () => {
  const { run, taken } = setup()
  await run(['--pages', '7'])
  expect(taken).toEqual([expect.objectContaining({ runs: 5, connections: 4, pages: 7, warmUp: 100 })])
})

test.each([
  ['--runs', ['--runs', '0']],
  ['--pages', ['--pages', 'many']],
  ['--connections', ['--connections', '65']],
  ['--warm-up', ['--warm-up', '-1']],
  ['--json', ['--json']],
  ['--nonsense', ['--nonsense']],
  ['too many arguments', ['delivery']],
])('names %s when it is wrong in %j and measures nothing', async (option, argv) => {
  const { run, taken, text } = setup()
  await expect(run(argv)).rejects.toBeInstanceOf(CommanderError)
  expect(text()).toContain(option)
  expect(taken).toEqual([])
})
