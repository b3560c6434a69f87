import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/new-test-database.ts'
import { makeFile, makeTarget, openTarget } from '../testing/transfer-places.ts'

const document = readFileSync(new URL('../../../../docs/move-to-postgres.md', import.meta.url), 'utf8')
const program = join(import.meta.dirname, '../cohort-relay.ts')

/** The commands of one chapter, as they would be typed. The service itself is not started. */
const scriptOf = (chapter: string, url: string): string => {
  const text = document.split('\n## ').find((part) => part.startsWith(`${chapter}\n`)) ?? ''
  const blocks = [...text.matchAll(/```sh\n(?<commands>.*?)```/gs)].map(
    ({ groups }) => groups?.['commands'] ?? '',
  )
  const npx = `npx() { shift; test "$1" = serve || '${process.execPath}' '${program}' "$@"; }`
  return [npx, ...blocks].join('\n').replaceAll('postgres://relay:password@db.example/relay', `'${url}'`)
}

test.each(['Move', 'By way of a file'])(
  'the commands of the chapter "%s" move a database',
  async (chapter) => {
    const folder = temporaryFolder()
    const { store } = await makeFile(30, join(folder, 'data', 'cohort-relay.db'))
    const before = await store.listCohorts('acme')
    await store.close()
    writeFileSync(join(folder, 'data', 'secret.key'), Buffer.alloc(32).toString('base64'))
    const url = await makeTarget()
    const script = scriptOf(chapter, url)
    const { status, stderr, stdout } = spawnSync('sh', ['-e', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect({ status, stderr, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('Passed') })
    const target = await openTarget(url)
    expect(await target.listCohorts('acme')).toEqual(before)
    await target.close()
  },
  60_000,
)
