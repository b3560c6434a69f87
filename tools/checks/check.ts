import type { Workspace } from './workspace.ts'

/** One rule of the repository that neither the compiler nor the linter states. */
export interface Check {
  readonly name: string
  /** One line per problem, each naming the file and the remedy. Empty when all is well. */
  run(workspace: Workspace): readonly string[] | Promise<readonly string[]>
}
