import { parseEnv } from 'node:util'
import type { Workspace } from '../checks/workspace.ts'
import type { ReceiverFacts } from './receiver-facts.ts'

/** `.env.example` names what compose.yaml asks for, holds no secret, and `.env` is not in the repository. */
export const exampleProblems = (
  compose: string,
  workspace: Workspace,
  { secrets }: ReceiverFacts,
): readonly string[] => {
  const example = parseEnv(workspace.read('.env.example'))
  const asked = new Set(
    [...compose.matchAll(/\$\{(?<name>\w+)/g)].map(({ groups }) => groups?.['name'] ?? ''),
  )
  const given = secrets.filter((name) => (example[name] ?? '') !== '')
  return [
    ...[...asked]
      .filter((name) => !Object.hasOwn(example, name))
      .map((name) => `.env.example: explain ${name}, which compose.yaml asks for`),
    ...Object.keys(example)
      .filter((name) => !asked.has(name))
      .map((name) => `.env.example: compose.yaml does not ask for ${name}; remove it`),
    ...given.map((name) => `.env.example: leave ${name} empty`),
    ...secrets
      .filter((name) => new RegExp(`\\b${name}: (?!'?\\$\\{)\\S`).test(compose))
      .map((name) => `compose.yaml: take ${name} from .env`),
    ...workspace.files
      .filter((file) => /(^|\/)\.env$/.test(file))
      .map((file) => `${file}: holds secrets; keep it out of the repository`),
  ]
}
