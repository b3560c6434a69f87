import { dirname } from 'node:path/posix'
import { isDeepStrictEqual } from 'node:util'
import type { Check } from './check.ts'
import type { Workspace } from './workspace.ts'

type Dependencies = Readonly<Record<string, string>>
type Entry = Readonly<Record<string, Dependencies | string | undefined>>

const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

/** `npm ci` installs what the packages ask for, from wherever npm is told to look. */
export const lockfile: Check = {
  name: 'package-lock.json is in step and names no host',
  run: (workspace) => {
    const { packages } = JSON.parse(workspace.read('package-lock.json')) as {
      packages: Record<string, Entry>
    }
    const manifests = workspace.files.filter((file) =>
      /^(apps\/|libs\/|tools\/)?(.*\/)?package\.json$/.test(file),
    )
    return [
      ...manifests.flatMap((file) => outOfStep(workspace, file, packages)),
      ...Object.entries(packages).flatMap(([path, { resolved }]) =>
        typeof resolved === 'string' && /^[a-z+]+:/.test(resolved)
          ? [
              `package-lock.json: ${path} is "resolved" from a host; set omit-lockfile-registry-resolved in npm`,
            ]
          : [],
      ),
    ]
  },
}

const outOfStep = (
  workspace: Workspace,
  file: string,
  packages: Readonly<Record<string, Entry>>,
): readonly string[] => {
  const manifest = JSON.parse(workspace.read(file)) as Entry
  const locked = packages[file === 'package.json' ? '' : dirname(file)]
  if (locked === undefined) return [`${file}: not in package-lock.json; run npm install`]
  const differing = groups.filter((group) => !isDeepStrictEqual(manifest[group] ?? {}, locked[group] ?? {}))
  return differing.map((group) => `${file}: ${group} differ from package-lock.json; run npm install`)
}
