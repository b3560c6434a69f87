import { readFileSync } from 'node:fs'
import { replies } from '@cohort-relay/receiver'
import { expect, test } from 'vitest'
import { renderRepliesDocument } from './render-replies-document.ts'

test('docs/replies.md is what the table says', () => {
  const document = readFileSync(new URL('../../docs/replies.md', import.meta.url), 'utf8')
  expect(document, 'run: node tools/replies-document/main.ts').toBe(renderRepliesDocument())
})

test('every condition has a section, and a changed text changes the document (negative control)', () => {
  const document = renderRepliesDocument()
  expect(Object.keys(replies).filter((condition) => !document.includes(`### \`${condition}\`\n`))).toEqual([])
  for (const text of Object.values(replies).map((reply) => reply.remedy)) expect(document).toContain(text)
  expect(document).not.toBe(document.replace('Nothing to do.', 'Nothing at all.'))
})
