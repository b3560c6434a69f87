import { problemCatalogue, type ProblemCode } from './problem-catalogue.ts'

const codes = Object.keys(problemCatalogue) as ProblemCode[]

const intro =
  'Every error of the admin API is a problem detail (RFC 9457): JSON with type, title, status, code and detail. The code is stable. Where fields are wrong, problems lists each of them.'

/** The catalogue of errors: as Markdown for the repository, as a page for people whose program was answered one. */
export const renderErrors = (format: 'markdown' | 'html'): string =>
  format === 'markdown' ? markdown() : html()

const markdown = (): string =>
  [
    '# Errors of the admin API',
    `${intro} This document is made from the catalogue: \`npm run document:errors\`. What Mixpanel is answered by the webhook is in [replies.md](replies.md).`,
    ...codes.flatMap((code) => {
      const { status, title, remedy } = problemCatalogue[code]
      return [`## ${code}`, `${status}. ${title}.`, `Remedy: ${remedy}`]
    }),
  ].join('\n\n') + '\n'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const html = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cohort Relay: errors of the admin API</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
code { background: #f2f2f2; padding: 0 .25rem; border-radius: 3px } h2 { margin-top: 2rem } :target { background: #fff6d6 }</style>
</head>
<body>
<h1>Errors of the admin API</h1>
<p>${escaped(intro)} <a href="/docs">All calls</a>.</p>
${codes.map(section).join('\n')}
</body>
</html>
`

const section = (code: ProblemCode): string => {
  const { status, title, remedy } = problemCatalogue[code]
  return `<h2 id="${code}"><code>${code}</code></h2>\n<p>${status}. ${escaped(title)}.</p>\n<p>${escaped(remedy)}</p>`
}
