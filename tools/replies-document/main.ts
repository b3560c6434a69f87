import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { renderRepliesDocument } from './render-replies-document.ts'

const { check } = new Command('replies-document')
  .description('Writes docs/replies.md from the table of replies.')
  .option('--check', 'write nothing; fail when the file differs', false)
  .allowExcessArguments(false)
  .parse()
  .opts<{ check: boolean }>()

const file = new URL('../../docs/replies.md', import.meta.url)

if (!check) writeFileSync(file, renderRepliesDocument())
else if (readFileSync(file, 'utf8') !== renderRepliesDocument()) {
  console.error('docs/replies.md differs from the table. Run: node tools/replies-document/main.ts')
  process.exitCode = 1
}
