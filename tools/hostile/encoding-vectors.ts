import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { pageAround, send, type Vector } from './vector.ts'

const megabyte = 2 ** 20
const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * megabyte)
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 } }
const page = pageAround('[]')

/** 1 GB of zeros in 1 MB: members of a gzip stream may follow each other. */
const gzipBomb = (): Buffer => {
  const member = gzipSync(zeros(64))
  return Buffer.concat(Array.from({ length: 16 }, () => member))
}

type Row = readonly [name: string, encoding: string, body: () => Uint8Array, ...expected: number[]]

const rows: readonly Row[] = [
  ['gzip', 'gzip', () => gzipSync(page), 200],
  ['deflate', 'deflate', () => deflateSync(page), 200],
  ['brotli', 'br', () => brotliCompressSync(page), 200],
  ['gzip bomb, 1 GB', 'gzip', gzipBomb, 400],
  ['deflate bomb, 128 MB', 'deflate', () => deflateSync(zeros(128)), 400],
  ['brotli bomb, 256 MB', 'br', () => brotliCompressSync(zeros(256), quick), 400],
  ['gzip bomb just under the cap', 'gzip', () => gzipSync(zeros(15)), 400],
  ['16 MB of {}, in gzip', 'gzip', () => gzipSync(pageAround(`[${'{},'.repeat(5.5e6)}{}]`)), 400],
  ['gzip in gzip', 'gzip', () => gzipSync(gzipSync(zeros(64))), 400],
  ['gzip in gzip, said so', 'gzip, gzip', () => gzipSync(gzipSync(page)), 400],
  ['64 encodings', Array.from({ length: 64 }, () => 'gzip').join(', '), () => gzipSync(page), 400],
  ['gzip cut off', 'gzip', () => gzipSync(page).subarray(0, -5), 400],
  ['bytes after gzip', 'gzip', () => Buffer.concat([gzipSync(page), Buffer.from('more')]), 200, 400],
  ['text said to be gzip', 'gzip', () => Buffer.from(page), 400],
  ['text said to be brotli', 'br', () => Buffer.from(page), 400],
  ['nothing said to be gzip', 'gzip', () => Buffer.alloc(0), 400],
  ['an unknown encoding', 'zstd', () => Buffer.from(page), 400],
  ['an encoding named like a method', 'constructor', () => Buffer.from(page), 400],
]

const parallel = 10

/** Compressed bodies. */
export const encodingVectors: readonly Vector[] = [
  ...rows.map(([name, encoding, body, ...expected]): Vector => ({
    name,
    expected,
    attack: async (target) => [await send(target, body(), `Content-Encoding: ${encoding}`)],
  })),
  {
    name: `${parallel} gzip bombs at once`,
    expected: [400, 429, 503],
    within: 20_000,
    attack: (target) => {
      const body = gzipBomb()
      return Promise.all(Array.from({ length: parallel }, () => send(target, body, 'Content-Encoding: gzip')))
    },
  },
]
