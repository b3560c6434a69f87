// The baseline: what an Express handler costs that parses a page, throws it away and says that all is well.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'

const app = express()
app.post('/webhooks/mixpanel', express.json({ limit: '16mb' }), (req, res) => {
  const { action } = req.body as { action: string }
  res.json({ action, status: 'success' })
})
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }))
