import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { codeBlocks } from '../checks/markdown.ts'
import { createCleanup } from '../demo/cleanup.ts'
import { makeFolder } from '../demo/make-folder.ts'

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const document = readFileSync(pathOf('../../docs/operate.md'), 'utf8')

/** The code of these chapters, in the order of the document. */
const blocksOf = (info: string, ...titles: readonly string[]): string[] => {
  const parts = document.split('\n## ').filter((part) => titles.includes(part.split('\n')[0] ?? ''))
  expect(parts).toHaveLength(titles.length)
  return parts
    .flatMap((part) => codeBlocks(part).filter((block) => block.info === info))
    .map((block) => block.text)
}

/** The programs of this repository by the names that the document calls them by. What they leave running ends in the end. */
const prelude = `
trap 'trap "" TERM; kill -TERM 0; wait' EXIT
npx() { shift; '${process.execPath}' '${pathOf('../../apps/receiver/src/cohort-relay.ts')}' "$@"; }
npm() {
  case "$1 \${2-}" in
    'start ') exec '${process.execPath}' '${pathOf('../../apps/receiver/src/main.ts')}' ;;
    'run partner') shift 3; exec '${process.execPath}' '${pathOf('../partner-server/main.ts')}' "$@" ;;
    'run simulate') shift 3; '${process.execPath}' '${pathOf('../mixpanel-simulator/main.ts')}' "$@" ;;
    *) echo "the document calls npm $*" >&2; exit 1 ;;
  esac
}
`

const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => void server.close(resolve))
  return String(port)
}

const setup = async () => {
  const cleanup = createCleanup()
  onTestFinished(() => cleanup.run())
  const folder = makeFolder('cohort-relay-operate-', cleanup)
  const [relay, partner] = [await freePort(), await freePort()]

  /** Types these blocks, one after the other, until one fails; on ports that are free in place of those of the document. */
  const type = async (blocks: readonly string[]) => {
    const words = blocks.join('\n').replaceAll(':8080', `:${relay}`).replaceAll('9090', partner)
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', PORT: relay, HOST: '127.0.0.1' }
    const child = spawn('sh', ['-e', '-u', '-c', `${prelude}${words}`], { cwd: folder, env, detached: true })
    // The shell and all that it started: also what outlives it for a moment.
    const signal = (name: NodeJS.Signals | 0): boolean => {
      try {
        return process.kill(-child.pid!, name)
      } catch {
        return false
      }
    }
    const end = async (): Promise<void> => {
      signal('SIGKILL')
      while (signal(0)) await setTimeout(20)
    }
    cleanup.add({ undo: end, undoNow: () => void signal('SIGKILL') })
    const ended = once(child, 'close') as Promise<[number | null]>
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { exitCode: (await ended)[0], stdout, stderr }
  }
  const file = (name: string, contents: string): void =>
    writeFileSync(join(folder, name), contents.replaceAll('9090', partner))
  return { type, file }
}

/** What the partner was told, as one line of JSON. */
const askPartner = (path: string): string =>
  `printf '\\npartner '; curl -fsS http://127.0.0.1:9090${path}; echo`
const toldPartner = (stdout: string): unknown[] =>
  [...stdout.matchAll(/^partner (?<json>.*)$/gm)].map(({ groups }) => JSON.parse(groups?.['json'] ?? ''))

const minutes = 5 * 60_000

test(
  'the command line alone leads from an empty database to members who are delivered, and on from there',
  async () => {
    const { type, file } = await setup()
    file('accounts.yaml', blocksOf('yaml', 'Keep accounts in a file')[0] ?? '')
    const { exitCode, stdout, stderr } = await type([
      ...blocksOf('sh', 'Begin with the command line'),
      askPartner('/lists'),
      ...blocksOf(
        'sh',
        'Look',
        'Pause a destination',
        'Rotate a key',
        'Approve removals',
        'Try who a member would be',
      ),
      askPartner('/lists'),
      ...blocksOf('sh', 'Keep accounts in a file', 'Let others in'),
    ])
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 })
    expect(toldPartner(stdout)).toEqual([{ '2200001/5100001': 10 }, { '2200001/5100001': 3 }])
    expect(stdout).toContain('7 removals wait')
    expect(stdout).toContain('7 members are removed.')
    expect(stdout).toContain('\nPassed\n')
    const shown = blocksOf('text', 'Begin with the command line', 'Keep accounts in a file').map((block) =>
      comparable(block),
    )
    expect(shown).toHaveLength(2)
    for (const output of shown) expect(comparable(stdout)).toContain(output)
  },
  minutes,
)

test(
  'curl alone does the same',
  async () => {
    const { type } = await setup()
    const blocks = blocksOf('sh', 'Begin with curl')
    expect(blocks.join('\n')).not.toContain('npx')
    const { exitCode, stdout, stderr } = await type([...blocks, askPartner('/lists/1/42/members')])
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 })
    expect(toldPartner(stdout)).toEqual([['ann-1', 'bob-2']])
  },
  minutes,
)

test(
  'a command that fails stops it: without the account there is nothing to configure (negative control)',
  async () => {
    const { type } = await setup()
    const blocks = blocksOf('sh', 'Begin with the command line').map((block) =>
      block.replace('accounts create Acme', 'accounts create Acne'),
    )
    const { exitCode, stderr } = await type(blocks)
    expect(exitCode).toBe(4)
    expect(stderr).toContain('There is no account "Acme".')
  },
  minutes,
)

/** Times and ports differ. */
const comparable = (output: string): string =>
  output.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'time').replaceAll(/127\.0\.0\.1:\d+/g, 'address')
