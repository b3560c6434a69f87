import type { Check } from './check.ts'
import type { Workspace } from './workspace.ts'

interface Leak {
  readonly pattern: RegExp
  readonly what: string
  /** True when tests may hold a made-up one. */
  readonly permittedInTests: boolean
}

const leaks: readonly Leak[] = [
  {
    pattern: /(?<![\w.:/-])\/(?:work|home|root|Users)\//,
    what: 'a path of one machine; write it relative to the repository',
    permittedInTests: false,
  },
  {
    pattern: /\.\.\/shared/,
    what: 'a file outside the repository; copy what it says',
    permittedInTests: false,
  },
  {
    pattern:
      /\bregistry\.(?:[a-z0-9-]+\.)+(?:org|com|io|dev|net)\b|\b(?:npm\.pkg\.github\.com|[\w-]+\.jfrog\.io)\b/i,
    what: 'a package registry; leave it to the configuration of npm',
    permittedInTests: false,
  },
  {
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    what: 'a private key; remove it and replace the key',
    permittedInTests: true,
  },
  {
    pattern: /\bcrk_[A-Za-z0-9]+_[A-Za-z0-9_-]{40,}/,
    what: 'an API key; revoke it, and write crk_<key id>_… instead',
    permittedInTests: true,
  },
]

/** The repository is public: what is private to a machine or a customer stays out, new files included. */
export const noLeaks: Check = {
  name: 'no machine, registry or key leaks',
  run: (workspace) => workspace.files.flatMap((file) => leaksIn(workspace, file)),
}

const leaksIn = (workspace: Workspace, file: string): readonly string[] => {
  const text = workspace.read(file)
  if (text.includes('\0')) return []
  const isTest = /\.test\.ts$|(^|\/)testing\//.test(file)
  return leaks
    .filter(({ permittedInTests }) => !(isTest && permittedInTests))
    .flatMap(({ pattern, what }) => {
      const match = pattern.exec(text)
      return match === null ? [] : [`${file}:${lineAt(text, match.index)}: holds ${what}`]
    })
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length
