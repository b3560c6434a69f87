import { renderErrors } from '@cohort-relay/receiver'
import { runDocumentCommand } from '../generated-document/run-document-command.ts'

runDocumentCommand({
  name: 'errors-document',
  file: 'errors.md',
  madeFrom: 'the catalogue of errors',
  remedy: 'npm run document:errors',
  render: () => renderErrors('markdown'),
})
