import { readFileSync } from 'node:fs'
import { problemCatalogue, renderErrors } from '@cohort-relay/receiver'
import { expect, test } from 'vitest'

test('docs/errors.md is what the catalogue says', () => {
  const document = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  expect(document, 'run: npm run document:errors').toBe(renderErrors('markdown'))
})

test('every error has a section with its remedy, in both forms', () => {
  const [document, page] = [renderErrors('markdown'), renderErrors('html')]
  for (const [code, { remedy }] of Object.entries(problemCatalogue)) {
    expect(document).toContain(`## ${code}\n`)
    expect(document).toContain(remedy)
    expect(page).toContain(`id="${code}"`)
  }
})

test('the errors of another catalogue are another document (negative control)', () => {
  const document = renderErrors('markdown')
  expect(document).not.toBe(document.replace('Send one JSON object.', 'Send two.'))
})
