import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectors } from '../connectors.ts'
import { newTestDatabase, temporaryFolder } from '../testing/new-test-database.ts'
import { adminToken, receiverClient } from '../testing/receiver-client.ts'
import { runProcess } from '../testing/run-process.ts'
import { startProduct } from './testing/start-product.ts'
import { accountAnswer } from './account-answer.ts'
import { readDeployment } from './read-deployment.ts'

const document = readFileSync(new URL('../../../../docs/onboard-customers.md', import.meta.url), 'utf8')

/** The first block of this kind that begins so. */
const block = (chapter: string, kind: string, start = ''): string => {
  const part = document.split('\n## ').find((one) => one.startsWith(`${chapter}\n`)) ?? ''
  const found = new RegExp(`\`\`\`${kind}\n(?<code>${start}.*?)\`\`\``, 's').exec(part)?.groups?.['code']
  if (found === undefined) throw new Error(`The document has no ${kind} in its chapter ${chapter}.`)
  return found
}

const secret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`

/** The receiver as a process, with the document's file, and the document's command to try it. */
const setup = async (chapter: string, environment: Readonly<Record<string, string>>) => {
  const folder = temporaryFolder()
  const file = join(folder, 'deployment.yaml')
  writeFileSync(file, block(chapter, 'yaml'))
  const database = await newTestDatabase()
  const settings = { ADMIN_TOKEN: adminToken, DEPLOYMENT_FILE: file, PRODUCT_SECRET: secret, ...environment }
  const receiver = runProcess({ ...database.environment, ...settings })
  const { url } = await receiver.untilEvent('receiver.ready')
  const command = block('Pass-through', 'sh', 'curl').replace('http://127.0.0.1:8080', url!)
  const send = async (key: string): Promise<unknown> => {
    const shell = spawn('sh', ['-c', command], { env: { ...process.env, CUSTOMER_KEY: key } })
    return JSON.parse(await text(shell.stdout))
  }
  const accounts = async () => (await receiverClient(url!).admin('GET', '/accounts')).body.accounts
  return { ...receiver, send, accounts }
}

const taken = { action: 'members', status: 'success' }
const refused = { status: 'failure', error: { code: 401 } }

const freePort = async (): Promise<number> => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The service that the document shows, as a process. */
const startDocumentedService = async (): Promise<string> => {
  const folder = temporaryFolder()
  symlinkSync(new URL('../../../../node_modules', import.meta.url).pathname, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'service.ts'), block('Look-up', 'ts src/account-service.ts'))
  const port = await freePort()
  const env = { LOOK_UP_SECRET: secret, LOOK_UP_PORT: String(port) }
  const child = spawn(process.execPath, ['--import', listening, join(folder, 'service.ts')], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return `http://127.0.0.1:${port}/`
}

/** Tells the parent once a server of the process listens. */
const listening = `data:text/javascript,${encodeURIComponent(`
  import { Server } from 'node:net'
  const listen = Server.prototype.listen
  Server.prototype.listen = function (...parameters) {
    this.once('listening', () => process.send('listening'))
    return listen.apply(this, parameters)
  }
`)}`

describe('the document on taking in customers', () => {
  it('passes a key through as it says', async () => {
    const product = await startProduct('a-key')
    const { send, accounts } = await setup('Pass-through', { PRODUCT_URL: product.url })
    expect(await send('a-key')).toMatchObject(taken)
    await product.untilDelivered('ann')
    expect(await send('a-wrong-key')).toMatchObject(refused)
    expect(await accounts()).toMatchObject([{ name: expect.stringMatching(/^Customer [0-9a-f]{8}$/) }])
  })

  it('looks keys up with the service that it shows', async () => {
    const product = await startProduct('token-of-acme')
    const { send, accounts } = await setup('Look-up', {
      PRODUCT_URL: product.url,
      LOOK_UP_URL: await startDocumentedService(),
      LOOK_UP_SECRET: secret,
    })
    expect(await send('a-key-of-acme')).toMatchObject(taken)
    await product.untilDelivered('ann')
    expect(await send('another-key-of-acme')).toMatchObject(taken)
    expect(await send('a-key-of-nobody')).toMatchObject(refused)
    expect(await accounts()).toMatchObject([{ name: 'Acme' }])
  })

  it('shows an answer that can be used', () => {
    const answer = accountAnswer.parse(JSON.parse(block('Look-up', 'json')))
    const [webhook] = connectors
    for (const { settings } of answer.destinations ?? [])
      expect(webhook?.settings.safeParse(settings).error).toBeUndefined()
    expect(answer.destinations).toHaveLength(1)
  })

  it('names each field with its default', () => {
    const environment = { PRODUCT_URL: 'https://x.example', PRODUCT_SECRET: secret }
    const reading = readDeployment(block('Pass-through', 'yaml'), { environment, connectors })
    const limits = reading.ok ? reading.deployment.onboarding?.limits : {}
    for (const [name, value] of Object.entries(limits ?? {}))
      expect(document).toMatch(new RegExp(`\\| \`${name}\` +\\| \`${String(value)}\` +\\|`))
  })
})

describe('a start with a deployment file', () => {
  it('that cannot be used lists what is wrong and no value, and fails', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'deployment.yaml')
    writeFileSync(
      file,
      'onboarding: { connector: canary, extra: canary, secret: "${NOT_SET}", checkSeconds: 99 }',
    )
    const receiver = runProcess({ ...(await newTestDatabase()).environment, DEPLOYMENT_FILE: file })
    expect(await receiver.ended).toBe(1)
    const told = receiver.lines.join('\n')
    for (const field of ['extra', 'secret', 'checkSeconds'])
      expect(told).toContain(`DEPLOYMENT_FILE: onboarding.${field}`)
    expect(told).not.toContain('canary')
  })

  it('that is not there says so, and fails', async () => {
    const receiver = runProcess({ ...(await newTestDatabase()).environment, DEPLOYMENT_FILE: 'nowhere.yaml' })
    expect(await receiver.ended).toBe(1)
    expect(receiver.lines.join('\n')).toContain('DEPLOYMENT_FILE names a file that does not exist')
  })
})
