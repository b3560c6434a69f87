import { repositoryRoot } from '../../checks/testing/workspace-of.ts'
import { openWorkspace, type Workspace } from '../../checks/workspace.ts'
import type { ReceiverFacts } from '../receiver-facts.ts'

/** A part of a file, and what stands there instead. */
export interface Change {
  readonly file: string
  readonly from: string | RegExp
  readonly to: string
}

/** What the receiver says of itself, written down so that a test does not change with it. */
export const facts: ReceiverFacts = {
  variables: ['PORT', 'DATABASE_URL', 'DATABASE_POOL_SIZE', 'ROLE', 'SECRET_KEY', 'ADMIN_TOKEN', 'LOG_LEVEL'],
  port: 8080,
  probePaths: ['/healthz', '/readyz'],
  stopSeconds: 25,
  secrets: ['SECRET_KEY', 'ADMIN_TOKEN', 'POSTGRES_PASSWORD'],
}

/** This repository with one place changed, and with files that are not there. */
export const changedWorkspace = (change: Change | null, planted: readonly string[] = []): Workspace => {
  const repository = openWorkspace(repositoryRoot)
  const read = (path: string): string => {
    const text = repository.read(path)
    if (path !== change?.file) return text
    const changed = text.replace(change.from, change.to)
    if (changed === text)
      throw new Error(`${path} holds no ${String(change.from)}; the control changes nothing`)
    return changed
  }
  const files = [...new Set([...repository.files, ...planted])].toSorted()
  return { ...repository, files, read, has: (path) => repository.has(path) || planted.includes(path) }
}
