import { runDocumentCommand } from '../generated-document/run-document-command.ts'
import { renderRepliesDocument } from './render-replies-document.ts'

runDocumentCommand({
  name: 'replies-document',
  file: 'replies.md',
  madeFrom: 'the table of replies',
  remedy: 'node tools/replies-document/main.ts',
  render: renderRepliesDocument,
})
