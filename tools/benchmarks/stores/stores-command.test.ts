import { expect, test } from 'vitest'
import { createStoresCommand, type StoresOptions } from './stores-command.ts'

const read = async (...argv: string[]): Promise<StoresOptions | undefined> => {
  let options: StoresOptions | undefined
  const command = createStoresCommand(async (given) => {
    options = given
  })
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(argv, { from: 'user' })
  return options
}

test('has sizes that the targets are about', async () => {
  expect(await read()).toMatchObject({
    members: 100_000,
    accounts: 100_000,
    workers: [1, 2, 4],
    idleSeconds: 30,
    seconds: 60,
    quick: false,
  })
})

test('is small after --quick, but for what was chosen', async () => {
  const options = await read('--quick', '--members', '9000', '--only', 'ack')
  expect(options).toMatchObject({ members: 9000, only: 'ack', runs: 1 })
  expect(options!.accounts).toBeLessThan(10_000)
})

test.each(['2,1', '1,1', '0', '1,x', '64', ''])('refuses %j as numbers of workers', async (counts) => {
  await expect(read('--workers', counts)).rejects.toThrow('Give rising whole numbers')
})
