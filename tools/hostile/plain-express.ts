import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'

// The receiver that one writes first: the control that shows that the checks bite.
const app = express()
app.post('/webhooks/mixpanel', express.json({ limit: '16mb' }), (req, res) => {
  const { action } = (req.body ?? {}) as { action?: unknown }
  res.json({ action, status: 'success' })
})
const server = createServer(app)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
console.log(JSON.stringify({ msg: 'receiver.ready', url: `http://127.0.0.1:${port}` }))
