import { expect, test } from 'vitest'
import { createCleanup } from './cleanup.ts'

test('undoes the last first, and once however often it is asked', async () => {
  const cleanup = createCleanup()
  const undone: string[] = []
  for (const name of ['folder', 'child']) {
    cleanup.add({ undo: async () => void undone.push(name), undoNow: () => {} })
  }
  await Promise.all([cleanup.run(), cleanup.run()])
  expect(undone).toEqual(['child', 'folder'])
})
