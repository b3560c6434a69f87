import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { joiningProperties } from '@cohort-relay/core'
import { replies } from '@cohort-relay/receiver'
import { expect, onTestFinished, test } from 'vitest'
import { codeBlocks, section } from '../checks/markdown.ts'
import { createCleanup } from '../demo/cleanup.ts'
import { makeFolder } from '../demo/make-folder.ts'
import { readUrlWhere, startChild } from '../demo/start-child.ts'

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const document = readFileSync(pathOf('../../docs/partner-onboarding.md'), 'utf8')

const setup = () => {
  const cleanup = createCleanup()
  onTestFinished(() => cleanup.run())
  return { cleanup, folder: makeFolder('cohort-relay-onboarding-', cleanup) }
}

/** What a reader types in these chapters, with the programs of this repository. */
const scriptOf = (...chapters: readonly string[]): string => {
  const parts = document.split('\n## ').filter((part) => chapters.includes(part.split('\n')[0] ?? ''))
  const blocks = parts.flatMap((part) => codeBlocks(part)).filter(({ info }) => info === 'sh')
  return [
    `npx() { shift; '${process.execPath}' '${pathOf('../../apps/receiver/src/cohort-relay.ts')}' "$@"; }`,
    `npm() { shift 3; '${process.execPath}' '${pathOf('../mixpanel-simulator/main.ts')}' "$@"; }`,
    ...blocks.map((block) => block.text),
  ].join('\n')
}

const run = async (script: string, folder: string, env: Readonly<Record<string, string>> = {}) => {
  const child = spawn('sh', ['-e', '-c', script], { cwd: folder, env: { PATH: '/usr/bin:/bin', ...env } })
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { exitCode: await ended, stdout, stderr }
}

const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
const edit = `sed -i -e s/Acme/Northwind/g -e s/acme/northwind/g -e s/\\.example/.com/g`

test('the commands that write the packet write it, and write it again', async () => {
  const { folder } = setup()
  writeFileSync(join(folder, 'logo.svg'), logo)
  const { exitCode, stdout, stderr } = await run(scriptOf('Write the packet'), folder, { EDITOR: edit })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout.match(/The packet is in packet/g)).toHaveLength(2)
  expect(readFileSync(join(folder, 'packet/logo.svg'), 'utf8')).toBe(logo)
  const packet = readFileSync(join(folder, 'packet/README.md'), 'utf8')
  const cited = [...document.matchAll(/README, (?<title>[^,|]*[^,| ])/g)].map(
    ({ groups }) => groups?.['title'],
  )
  expect(cited).toHaveLength(5)
  expect(cited.filter((title) => !packet.includes(`\n## ${title}\n`))).toEqual([])
}, 60_000)

test('without an editor that replaces anything they are refused (negative control)', async () => {
  const { folder } = setup()
  writeFileSync(join(folder, 'logo.svg'), logo.replace('<path', '\n\n<image/><path'))
  const { exitCode, stderr } = await run(scriptOf('Write the packet'), folder, { EDITOR: 'true' })
  expect(exitCode).toBe(1)
  const shown = codeBlocks(document).find(({ info }) => info === 'text')?.text ?? ''
  const [, ...lines] = shown.trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.filter((line) => !stderr.split('\n').includes(line))).toEqual([])
}, 60_000)

test('the commands that play Mixpanel end as the document says', async () => {
  const { cleanup, folder } = setup()
  const adminToken = 'a-token-for-tests-only-of-32-letters'
  const receiver = await startChild(
    {
      name: 'receiver',
      args: [pathOf('../../apps/receiver/src/main.ts')],
      env: {
        PORT: '0',
        HOST: '127.0.0.1',
        DATABASE_URL: `sqlite:${join(folder, 'relay.db')}`,
        ADMIN_TOKEN: adminToken,
      },
      readUrl: readUrlWhere(({ msg }) => msg === 'receiver.ready'),
    },
    cleanup,
  )
  const created = await fetch(`${receiver.url}/api/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: '{"name":"Acme"}',
  })
  const { key } = (await created.json()) as { key: string }
  const script = scriptOf('Test it before Mixpanel does').replaceAll('http://127.0.0.1:8080', receiver.url)
  const { exitCode, stdout, stderr } = await run(script, folder, { KEY: key })
  expect({ exitCode, stderr, stdout }).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/exit code 1\n$/),
  })
  expect(`${stdout}${stderr}`).toContain(replies['unknown-key'].text)
}, 60_000)

test('the texts that customers see are those of the receiver', () => {
  const quoted = [...document.matchAll(/^> (?<text>.*)$/gm)].map(({ groups }) => groups?.['text'])
  expect(quoted).toEqual([replies['unknown-key'].text, replies['account-disabled'].text])
})

test('the identity that the document shows is one that a destination takes', () => {
  const block = codeBlocks(document).find(({ info }) => info === 'json')
  const { identity } = JSON.parse(block?.text ?? '') as { identity: unknown }
  expect(joiningProperties.safeParse(identity).data).toEqual(identity)
  expect(section(document, 'User ids')).toContain('joining-key')
})
