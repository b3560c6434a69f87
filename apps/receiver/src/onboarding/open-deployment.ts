import { readFileSync, statSync } from 'node:fs'
import { readDeployment, type DeploymentParts, type DeploymentReading } from './read-deployment.ts'

const maxBytes = 64 * 1024

/** The file that DEPLOYMENT_FILE names; null: there is none. */
export const openDeployment = (path: string | null, parts: DeploymentParts): DeploymentReading => {
  if (path === null) return { ok: true, deployment: {} }
  const text = readText(path)
  if ('problem' in text) return { ok: false, problems: [`DEPLOYMENT_FILE ${text.problem}`] }
  const reading = readDeployment(text.text, parts)
  if (reading.ok) return reading
  return { ok: false, problems: reading.problems.map((problem) => `DEPLOYMENT_FILE: ${problem}`) }
}

const readText = (path: string): { readonly text: string } | { readonly problem: string } => {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return { problem: 'names a file that does not exist' }
    if (!stats.isFile()) return { problem: 'names something that is no file' }
    if (stats.size > maxBytes) return { problem: `names a file above ${maxBytes} bytes` }
    return { text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') }
  } catch (error) {
    return { problem: `names a file that cannot be read (${(error as { code?: string }).code ?? 'unknown'})` }
  }
}
