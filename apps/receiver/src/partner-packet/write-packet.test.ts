import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packetPlace } from './testing/packet-place.ts'
import { noteFile, writePacket } from './write-packet.ts'

const packet = new Map<string, string | Buffer>([
  ['README.md', 'first\n'],
  ['samples/a.json', '{}\n'],
])
const newer = new Map([...packet, ['README.md', 'second\n']])

const setup = () => {
  const folder = join(packetPlace(), 'deep', 'packet')
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
  const put = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  return { folder, read, put }
}

test('writes every file into a folder that is made', () => {
  const { folder, read } = setup()
  expect(writePacket(packet, folder, false)).toEqual([])
  expect([read('README.md'), read('samples/a.json')]).toEqual(['first\n', '{}\n'])
  expect(readdirSync(folder).toSorted()).toEqual([noteFile, 'README.md', 'samples'])
})

test('a folder that holds anything is refused and left as it is', () => {
  const { folder, read, put } = setup()
  mkdirSync(folder, { recursive: true })
  put('notes.txt', 'mine')
  expect(writePacket(packet, folder, false)).toMatchObject([{ field: '--out' }])
  expect([read('notes.txt'), readdirSync(folder)]).toEqual(['mine', ['notes.txt']])
})

test('force replaces an earlier packet, and leaves other files alone', () => {
  const { folder, read, put } = setup()
  writePacket(packet, folder, false)
  put('notes.txt', 'mine')
  expect(writePacket(newer, folder, true)).toEqual([])
  expect([read('README.md'), read('notes.txt')]).toEqual(['second\n', 'mine'])
  expect(writePacket(packet, folder, true)).toEqual([])
  expect(read('README.md')).toBe('first\n')
})

test('force replaces no file of others and none that was edited, names them all, and writes nothing then', () => {
  const { folder, read, put } = setup()
  mkdirSync(join(folder, 'samples'), { recursive: true })
  put('README.md', 'mine')
  put('samples/a.json', 'mine too')
  expect(writePacket(packet, folder, true).map(({ field }) => field)).toEqual(['README.md', 'samples/a.json'])
  expect([read('README.md'), existsSync(join(folder, noteFile))]).toEqual(['mine', false])

  const edited = setup()
  writePacket(packet, edited.folder, false)
  edited.put('README.md', 'edited')
  expect(writePacket(newer, edited.folder, true).map(({ field }) => field)).toEqual(['README.md'])
  expect(edited.read('README.md')).toBe('edited')
})

test('a note that cannot be read allows nothing to be replaced', () => {
  const { folder, read, put } = setup()
  writePacket(packet, folder, false)
  for (const text of ['', '{"written":["*"]}', 'null']) {
    put(noteFile, text)
    expect(writePacket(newer, folder, true)).toHaveLength(2)
  }
  expect(read('README.md')).toBe('first\n')
})

test('links are never followed', () => {
  const { folder } = setup()
  const elsewhere = packetPlace()
  writeFileSync(join(elsewhere, 'README.md'), 'first\n')
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(elsewhere, 'README.md'), join(folder, 'README.md'))
  symlinkSync(elsewhere, join(folder, 'samples'))
  expect(writePacket(packet, folder, true).map(({ field }) => field)).toEqual(['README.md', 'samples'])
  expect(readdirSync(elsewhere)).toEqual(['README.md'])
})

test('a file in place of the folder is refused', () => {
  const { folder } = setup()
  mkdirSync(join(folder, '..'), { recursive: true })
  writeFileSync(folder, 'mine')
  expect(writePacket(packet, folder, true)).toMatchObject([{ field: '--out', problem: 'is no folder' }])
})
