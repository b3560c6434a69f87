import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createCleanup } from './cleanup.ts'
import { readUrlWhere, startChild } from './start-child.ts'

const partnerServer = fileURLToPath(new URL('../partner-server/main.ts', import.meta.url))
const secret = `whsec_${Buffer.from('a secret of the partner').toString('base64')}`

const setup = (args: readonly string[]) => {
  const cleanup = createCleanup()
  onTestFinished(() => cleanup.run())
  const started = startChild({ name: 'partner server', args, readUrl: readUrlWhere(() => true) }, cleanup)
  return { cleanup, started }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('gives the address of a program that is ready, and ends it in the cleanup', async () => {
  const { cleanup, started } = setup([partnerServer, '--with-parent', '--secret', secret])
  const { url, pid } = await started
  expect(await (await fetch(`${url}/lists`)).json()).toEqual({})
  await cleanup.run()
  expect(isRunning(pid)).toBe(false)
})

test('shows the last lines of a program that ends before it is ready', async () => {
  const { started } = setup(['-e', 'console.error("SECRET_KEY is missing"); process.exitCode = 3'])
  await expect(started).rejects.toThrow(
    /ended with exit code 3 before it was ready\.\n {2}SECRET_KEY is missing/,
  )
})

test('a partner server started with its parent ends when its standard input closes', async () => {
  const child = spawn(process.execPath, [partnerServer, '--with-parent', '--secret', secret])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.stdin.end()
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGTERM')
})

test.each([
  ['{"msg":"receiver.ready","url":"http://127.0.0.1:1"}', 'http://127.0.0.1:1'],
  ['{"msg":"receiver.starting","url":"http://127.0.0.1:1"}', undefined],
  ['{"msg":"receiver.ready"', undefined],
  ['listening', undefined],
])('reads the address from %s', (line, url) => {
  expect(readUrlWhere(({ msg }) => msg === 'receiver.ready')(line)).toBe(url)
})
