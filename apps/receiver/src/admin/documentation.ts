import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'
import { renderErrors } from './render-errors.ts'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cohort Relay: admin API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, docExpansion: 'list',
  persistAuthorization: false, defaultModelsExpandDepth: 0,
})
`

// Swagger UI draws with inline styles and shows images that are part of the page.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

const assets = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')))

/** /openapi.json, a page that shows it, and the list of errors. Nothing in them is secret, and nothing is loaded from elsewhere. */
export const documentation = (makeDocument: () => object): Router => {
  let document: object | undefined
  const router = Router()
  router.use((_req, res, next) => {
    res.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    next()
  })
  router.get('/openapi.json', (_req, res) => void res.json((document ??= makeDocument())))
  router.get('/docs', (_req, res) => void res.type('html').send(page))
  router.get('/docs/start.js', (_req, res) => void res.type('js').send(start))
  router.get('/docs/errors', (_req, res) => void res.type('html').send(renderErrors('html')))
  router.use('/docs/assets', express.static(assets, { index: false, maxAge: '1h' }))
  return router
}
