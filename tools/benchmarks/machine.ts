import { statfsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Cores } from './pin.ts'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly node: string
  readonly date: string
  readonly fileSystem: string
  readonly pinned: Cores | null
}

/** Magic numbers of Linux's statfs(2). */
const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0x01021994, 'tmpfs'],
])

const fileSystemOf = (folder: string): string => {
  const { type } = statfsSync(folder)
  return fileSystems.get(type) ?? `0x${type.toString(16)}`
}

export const describeMachine = (folder: string, pinned: Cores | undefined): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown processor',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
  fileSystem: fileSystemOf(folder),
  pinned: pinned ?? null,
})

/** One line, then a warning for each thing that makes the figures less than they seem. */
export const renderMachine = (machine: Machine): string => {
  const { processor, cores, memoryGigabytes, node, date, fileSystem, pinned } = machine
  const where = pinned ? `server on core ${pinned.server}, load on core ${pinned.load}` : 'not pinned'
  const line = `${processor}, ${cores} cores, ${memoryGigabytes} GB, Node ${node}, ${fileSystem}, ${where}, ${date}`
  const warnings = [
    ...(fileSystem === 'tmpfs' ? ['tmpfs is memory: nothing is durable here. Give --folder a disk.'] : []),
    ...(pinned
      ? []
      : [
          'Server and load share the cores, so each slows the other. Parting them takes taskset and two cores.',
        ]),
  ]
  return [line, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n')
}
