import { parseDocument } from 'yaml'

/** A service of compose.yaml, as far as checks look at it. */
export interface Service {
  readonly image?: string
  readonly build?: unknown
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly stop_grace_period?: string
  readonly environment?: Readonly<Record<string, string | null>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly depends_on?: Readonly<Record<string, unknown>>
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: readonly string[]
  readonly volumes: readonly string[]
  /** What cannot be read; the rest is then empty. */
  readonly problems: readonly string[]
}

/** Reads with merge keys resolved and `${…}` left as it stands. */
export const readComposeFile = (text: string): ComposeFile => {
  const document = parseDocument(text, { merge: true })
  const problems = [...document.errors, ...document.warnings].map(({ message }) => message)
  if (problems.length > 0) return { services: {}, networks: [], volumes: [], problems }
  const { services, networks, volumes } = document.toJS() as Readonly<
    Record<string, Record<string, Service> | undefined>
  >
  return {
    services: services ?? {},
    networks: Object.keys(networks ?? {}),
    volumes: Object.keys(volumes ?? {}),
    problems,
  }
}

/** Services that run the receiver, which are those that are built here. */
export const ownServices = ({ services }: ComposeFile): readonly (readonly [string, Service])[] =>
  Object.entries(services).filter(([, { build }]) => build !== undefined)
