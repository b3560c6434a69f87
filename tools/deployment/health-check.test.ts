import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { repositoryRoot } from '../checks/testing/workspace-of.ts'
import { openWorkspace } from '../checks/workspace.ts'
import { readImage } from './read-image.ts'

/** Runs the image's own health check against a server that answers `status` on /healthz and 404 elsewhere. */
const setup = async (status: number) => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end()
  })
  onTestFinished(() => void server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const [, ...parameters] = readImage(openWorkspace(repositoryRoot).read('Dockerfile')).healthCheck ?? []
  const check = async (): Promise<unknown> => {
    const child = spawn(process.execPath, parameters, { env: { PORT: String(port) }, stdio: 'ignore' })
    const [exitCode] = (await once(child, 'exit')) as [number]
    return exitCode
  }
  return { server, check }
}

test('calls a receiver healthy that answers', async () => {
  const { check } = await setup(200)
  expect(await check()).toBe(0)
})

test('calls a receiver unhealthy that answers with a failure', async () => {
  const { check } = await setup(503)
  expect(await check()).toBe(1)
})

test('calls a receiver unhealthy that nobody reaches', async () => {
  const { server, check } = await setup(200)
  server.close()
  await once(server, 'close')
  expect(await check()).toBe(1)
})
