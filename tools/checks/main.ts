import { join } from 'node:path'
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
]

const workspace = openWorkspace(join(import.meta.dirname, '../..'))
const passed = await runChecks(checks, workspace, console.log)
process.exitCode = passed ? 0 : 1
