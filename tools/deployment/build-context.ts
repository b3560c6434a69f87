import ignoring from '@balena/dockerignore'
import type { Workspace } from '../checks/workspace.ts'

/** What must never be sent to whoever builds the image, planted where people leave it. */
const kept: readonly string[] = [
  '.git/config',
  '.env',
  'apps/receiver/.env',
  'data/cohort-relay.db',
  'data/secret.key',
  'apps/receiver/data/secret.key',
  'apps/receiver/cohort-relay.db-wal',
  'node_modules/express/index.js',
  'libs/core/node_modules/zod/index.js',
  'deploy/kubernetes/examples/secret.yaml',
  'apps/receiver/src/app.test.ts',
  'libs/core/src/ledger/testing/suite.ts',
  'receiver.log',
]

/** The files that a build is sent. */
export const contextOf = (workspace: Workspace): readonly string[] => {
  const filter = ignoring.default().add(workspace.read('.dockerignore'))
  return workspace.files.filter((file) => !filter.ignores(file))
}

/** What `.dockerignore` lets in and should not, and what it keeps out although the receiver runs it. */
export const contextProblems = (workspace: Workspace): readonly string[] => {
  const filter = ignoring.default().add(workspace.read('.dockerignore'))
  const context = new Set(contextOf(workspace))
  const missing = workspace.files.filter((file) => isShipped(file) && !context.has(file))
  return [
    ...kept
      .filter((path) => !filter.ignores(path))
      .map((path) => `.dockerignore: lets ${path} into the image; exclude it`),
    ...missing.map((file) => `.dockerignore: keeps ${file} out, which the receiver runs; let it in`),
  ]
}

const isShipped = (file: string): boolean =>
  /^(apps|libs)\/.*(\/package\.json|\.ts)$/.test(file) &&
  !/\.test\.ts$|\/testing\/|\/vitest\.config\.ts$|^libs\/connector-conformance\//.test(file)
