import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { checkLogo, type Logo, type LogoReading } from './check-logo.ts'
import { fieldRemedies } from './field-remedies.ts'
import type { LogoFault } from './logo-attributes.ts'
import type { PacketProblem } from './packet-problem.ts'
import type { Partner } from './partner-schema.ts'
import { logoSizeFault } from './read-logo-text.ts'
import { readPartner } from './read-partner.ts'

export type FilesReading =
  | { readonly ok: true; readonly partner: Partner; readonly logo: Logo }
  | { readonly ok: false; readonly problems: readonly PacketProblem[] }

const maxConfigBytes = 64 * 1024

/** partner.yaml and the logo that it names, or everything that is missing or wrong in both. */
export const readPacketFiles = (configFile: string): FilesReading => {
  const config = readFile(configFile, { field: '', faultOfSize: configSizeFault })
  if (!Buffer.isBuffer(config)) return refused([{ field: '', ...config }])
  const reading = readPartner(config.toString('utf8').replace(/^\uFEFF/, ''))
  const path = reading.ok ? reading.partner.logo : reading.logo
  const logo = path === undefined ? undefined : readLogo(resolve(dirname(configFile), path))
  const logoFaults = logo === undefined || logo.ok ? [] : logo.faults
  if (reading.ok && logo?.ok) return { ok: true, partner: reading.partner, logo: logo.logo }
  const problems = reading.ok ? [] : reading.problems
  return refused([...problems, ...logoFaults.map((fault) => ({ field: 'logo', ...fault }))])
}

const refused = (problems: readonly PacketProblem[]): FilesReading => ({ ok: false, problems })

const configSizeFault = (bytes: number): LogoFault | undefined =>
  bytes > maxConfigBytes
    ? { problem: 'is too large to be a partner.yaml', remedy: fieldRemedies[''] ?? '' }
    : undefined

const readLogo = (path: string): LogoReading => {
  const bytes = readFile(path, { field: 'logo', faultOfSize: logoSizeFault })
  return Buffer.isBuffer(bytes) ? checkLogo(bytes) : { ok: false, faults: [bytes] }
}

const missingFile = ['names a file that does not exist', 'names something that is no file'] as const

interface FileRule {
  readonly field: string
  /** Asked before the file is read. */
  readonly faultOfSize: (bytes: number) => LogoFault | undefined
}

const readFile = (path: string, { field, faultOfSize }: FileRule): Buffer | LogoFault => {
  const remedy = fieldRemedies[field] ?? ''
  const stats = statSync(path, { throwIfNoEntry: false })
  const [isMissing, isOther] = field === '' ? ['does not exist', 'is no file'] : missingFile
  if (stats === undefined) return { problem: isMissing, remedy }
  if (!stats.isFile()) return { problem: isOther, remedy }
  return faultOfSize(stats.size) ?? readFileSync(path)
}
