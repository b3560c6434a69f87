import { hash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Packet } from './make-packet.ts'
import type { PacketProblem } from './packet-problem.ts'

/** Lists what was written, so that nothing else is ever written over. */
export const noteFile = '.partner-packet.json'

const note = z.object({ written: z.array(z.string().regex(/^[0-9a-f]{64}$/)) })

/**
 * Writes a packet into a folder, which is made. Where the folder holds anything, `force` is needed, and replaces only
 * files that are as an earlier packet left them. What is in the way is told, and then nothing is written.
 */
export const writePacket = (packet: Packet, folder: string, force: boolean): readonly PacketProblem[] => {
  const entries = listFolder(folder)
  if (entries === undefined)
    return [
      { field: '--out', problem: 'is no folder', remedy: 'Name a folder, or one that is not there yet.' },
    ]
  if (entries.length > 0 && !force)
    return [
      {
        field: '--out',
        problem: 'is a folder that holds files already',
        remedy: 'Name another folder, or add --force to replace an earlier packet.',
      },
    ]
  const written = readNote(folder)
  const problems = [...packet.keys()].filter((path) => isInTheWay(join(folder, path), written)).map(foreign)
  const folders = [...packet.keys()].flatMap((path) => path.split('/').slice(0, -1))
  const blocked = [...new Set(folders)].filter((name) => kindOf(join(folder, name)) === 'other').map(foreign)
  if (problems.length + blocked.length > 0) return [...problems, ...blocked]
  write(packet, folder, written)
  return []
}

const foreign = (path: string): PacketProblem => ({
  field: path,
  problem: 'is in the folder already, and is not as an earlier packet left it',
  remedy: 'Move it away, or name another folder.',
})

/** Undefined when it is there and no folder. */
const listFolder = (folder: string): readonly string[] | undefined => {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (code === 'ENOTDIR') return undefined
    throw error
  }
}

// A link counts as something else: what it leads to may be anybody's.
const kindOf = (path: string): 'none' | 'file' | 'folder' | 'other' => {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 'none'
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'folder' : 'other'
}

const digestOf = (contents: string | Buffer): string => hash('sha256', contents)

const isInTheWay = (path: string, written: ReadonlySet<string>): boolean => {
  const kind = kindOf(path)
  return kind !== 'none' && !(kind === 'file' && written.has(digestOf(readFileSync(path))))
}

/** Digests of files that were written here. Whoever alters the note can only name files that are exactly such. */
const readNote = (folder: string): ReadonlySet<string> => {
  const path = join(folder, noteFile)
  if (kindOf(path) !== 'file') return new Set()
  try {
    return new Set(note.parse(JSON.parse(readFileSync(path, 'utf8'))).written)
  } catch {
    // An unreadable note lists nothing, so nothing is replaced.
    return new Set()
  }
}

const write = (packet: Packet, folder: string, written: ReadonlySet<string>): void => {
  mkdirSync(folder, { recursive: true })
  const digests = new Set([...written, ...[...packet.values()].map(digestOf)])
  // First, so that what is interrupted can be replaced.
  put(join(folder, noteFile), `${JSON.stringify({ written: [...digests] }, null, 2)}\n`)
  for (const [path, contents] of packet) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    put(join(folder, path), contents)
  }
}

const put = (path: string, contents: string | Buffer): void => {
  writeFileSync(`${path}.new`, contents, { flag: 'wx' })
  renameSync(`${path}.new`, path)
}
