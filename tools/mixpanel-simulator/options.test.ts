import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

const target = ['--url', 'http://127.0.0.1/', '--key', 'k']

const failureOf = (argv: readonly string[]) => {
  let text = ''
  try {
    readOptions(argv, (part) => {
      text += part
    })
  } catch (error) {
    return { text, exitCode: error instanceof CommanderError ? error.exitCode : undefined }
  }
  throw new Error('the options were taken')
}

test('has defaults for all but the target', () => {
  expect(readOptions(target)).toMatchObject({
    members: 25_000,
    seed: 1,
    form: 'default',
    body: 'documented',
    concurrency: 1,
    interval: 1800,
  })
})

test.each([
  ['--url', ['--key', 'k']],
  ['--url', ['--url', 'ftp://x', '--key', 'k']],
  ['--members', [...target, '--members', '1.5']],
  ['--seed', [...target, '--seed', '-1']],
  ['--form', [...target, '--form', 'other']],
  ['--concurrency', [...target, '--concurrency', '0']],
  ['--remove', [...target, '--members', '5', '--remove', '6']],
  ['--one-time', [...target, '--one-time', '--recurring']],
  ['--one-time', [...target, '--one-time', '--add', '1']],
  ['--interval', [...target, '--interval', '5']],
  ['--syncs', [...target, '--syncs', '5']],
  ['--nonsense', [...target, '--nonsense']],
])('names %s when it is wrong in %j', (option, argv) => {
  const { text, exitCode } = failureOf(argv)
  expect(text).toContain(option)
  expect(exitCode).toBe(1)
})

test('ends without failure after help', () => {
  expect(failureOf(['--help'])).toMatchObject({ exitCode: 0, text: expect.stringContaining('--members') })
})
