import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Scenario } from './scenario.ts'
import { scenario as difference } from './scenarios/difference.ts'
import { scenario as emptyCohort } from './scenarios/empty-cohort.ts'
import { scenario as failedHalf } from './scenarios/failed-half.ts'
import { scenario as firstSync } from './scenarios/first-sync.ts'
import { scenario as liveBodies } from './scenarios/live-bodies.ts'
import { scenario as lostAcknowledgement } from './scenarios/lost-acknowledgement.ts'
import { scenario as pagesFromZero } from './scenarios/pages-from-zero.ts'
import { scenario as pausedAndResumed } from './scenarios/paused-and-resumed.ts'
import { scenario as restartUnderTheSameId } from './scenarios/restart-under-the-same-id.ts'
import { scenario as snapshotTooOld } from './scenarios/snapshot-too-old.ts'
import { scenario as supersededExport } from './scenarios/superseded-export.ts'

const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['difference', difference],
  ['empty-cohort', emptyCohort],
  ['failed-half', failedHalf],
  ['first-sync', firstSync],
  ['live-bodies', liveBodies],
  ['lost-acknowledgement', lostAcknowledgement],
  ['pages-from-zero', pagesFromZero],
  ['paused-and-resumed', pausedAndResumed],
  ['restart-under-the-same-id', restartUnderTheSameId],
  ['snapshot-too-old', snapshotTooOld],
  ['superseded-export', supersededExport],
])

/** Names of the scenarios that come with the simulator. */
export const scenarioNames: readonly string[] = [...scenarios.keys()]

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'

const loadFile = async (path: string): Promise<Scenario> => {
  const { scenario } = (await import(pathToFileURL(resolve(path)).href)) as { readonly scenario?: Scenario }
  if (!Array.isArray(scenario?.steps)) throw new Error(`${path} does not export a scenario with steps.`)
  return scenario
}

/** A scenario by its name, or from a file that exports one as `scenario`. Throws when there is none. */
export const loadScenario = async (name: string): Promise<Scenario> => {
  const known = scenarios.get(name)
  if (known) return known
  try {
    return await loadFile(name)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new Error(`There is no scenario or file "${name}". Known: ${scenarioNames.join(', ')}.`, {
      cause: error,
    })
  }
}
