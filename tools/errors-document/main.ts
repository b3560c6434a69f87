import { readFileSync, writeFileSync } from 'node:fs'
import { renderErrors } from '@cohort-relay/receiver'
import { Command } from 'commander'

const { check } = new Command('errors-document')
  .description('Writes docs/errors.md from the catalogue of errors.')
  .option('--check', 'write nothing; fail when the file differs', false)
  .allowExcessArguments(false)
  .parse()
  .opts<{ check: boolean }>()

const file = new URL('../../docs/errors.md', import.meta.url)

if (!check) writeFileSync(file, renderErrors('markdown'))
else if (readFileSync(file, 'utf8') !== renderErrors('markdown')) {
  console.error('docs/errors.md differs from the catalogue. Run: npm run document:errors')
  process.exitCode = 1
}
