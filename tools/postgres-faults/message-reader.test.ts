import { expect, test } from 'vitest'
import { isCommitted, isIdle, messageReader } from './message-reader.ts'

const message = (type: string, body: string): Buffer => {
  const bytes = Buffer.alloc(5 + body.length)
  bytes.write(type, 0, 'latin1')
  bytes.writeUInt32BE(4 + body.length, 1)
  bytes.write(body, 5, 'latin1')
  return bytes
}

const all = Buffer.concat([message('C', 'INSERT 0 1\0'), message('C', 'COMMIT\0'), message('Z', 'I')])

test.each([1, 2, 7, all.length])('cuts pieces of %i bytes into whole messages', (size) => {
  const read = messageReader()
  const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.subarray(index * size, (index + 1) * size),
  )
  const messages = pieces.flatMap((piece) => read(piece))
  expect(messages.map(({ type }) => type)).toEqual(['C', 'C', 'Z'])
  expect(Buffer.concat(messages.map(({ bytes }) => bytes))).toEqual(all)
})

test.each([
  ['the answer to COMMIT', message('C', 'COMMIT\0'), true, false],
  ['the answer to a statement', message('C', 'INSERT 0 1\0'), false, false],
  ['a row that holds the word', message('D', 'COMMIT\0'), false, false],
  ['no open transaction', message('Z', 'I'), false, true],
  ['an open transaction', message('Z', 'T'), false, false],
])('tells %s', (_what, bytes, committed, idle) => {
  const [read] = messageReader()(bytes)
  expect([isCommitted(read!), isIdle(read!)]).toEqual([committed, idle])
})
