import { join } from 'node:path'
import { composeCheck } from '../deployment/compose-check.ts'
import { imageCheck } from '../deployment/image-check.ts'
import { manifestsCheck } from '../deployment/manifests-check.ts'
import { readReceiverFacts } from '../deployment/receiver-facts.ts'
import { boundaryProbe } from './boundary-probe.ts'
import { documentCode } from './document-code.ts'
import { documentReferences } from './document-references.ts'
import { fileExports } from './file-exports.ts'
import { fileNames } from './file-names.ts'
import { importReach } from './import-reach.ts'
import { noLeaks } from './leaks.ts'
import { lockfile } from './lockfile.ts'
import { packageRules } from './package-rules.ts'
import { readingPath } from './reading-path.ts'
import { runChecks } from './run-checks.ts'
import { openWorkspace } from './workspace.ts'

const facts = readReceiverFacts()

const checks = [
  boundaryProbe,
  importReach,
  fileExports,
  fileNames,
  noLeaks,
  packageRules,
  lockfile,
  documentReferences,
  documentCode,
  readingPath,
  imageCheck(facts),
  composeCheck(facts),
  manifestsCheck(facts),
]

const workspace = openWorkspace(join(import.meta.dirname, '../..'))
const passed = await runChecks(checks, workspace, console.log)
process.exitCode = passed ? 0 : 1
