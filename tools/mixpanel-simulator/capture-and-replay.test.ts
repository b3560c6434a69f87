import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { captureCommand } from './capture-command.ts'
import { createMixpanel } from './mixpanel.ts'
import { readRecording } from './recording.ts'
import { replayCommand } from './replay-command.ts'

interface Got {
  readonly key: string | undefined
  readonly body: ReturnType<typeof JSON.parse>
}

/** A webhook that answers what it is told to and keeps what came. */
const startWebhook = async (statuses: number[]) => {
  const got: Got[] = []
  const server = createServer((request, response) => {
    const receive = async () => {
      const bytes = await buffer(request)
      const isCompressed = request.headers['content-encoding'] === 'gzip'
      const body: unknown = JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString())
      got.push({ key: request.headers['x-api-key'] as string | undefined, body })
      const status = statuses.shift() ?? 200
      response.writeHead(status).end(JSON.stringify({ status: status === 200 ? 'success' : 'failure' }))
    }
    receive().catch(() => response.writeHead(503).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

const setup = async (options: { statuses?: number[]; raw?: boolean } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'cohort-relay-capture-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const webhook = await startWebhook(options.statuses ?? [])
  const file = join(folder, 'sync.jsonl')
  const lines: string[] = []
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const argv = ['--listen', '127.0.0.1:0', '--forward', webhook.url, '--to', file]
  const listening = Promise.withResolvers<string>()
  const write = (line: string) => {
    lines.push(line)
    const [, port] = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? []
    if (port) listening.resolve(`http://127.0.0.1:${port}/`)
  }
  const running = captureCommand([...argv, ...(options.raw ? ['--raw'] : [])], write, ended)
  const url = await listening.promise
  const mixpanel = createMixpanel({
    receiver: { url, credentials: { key: 'the key', scheme: 'x-api-key' } },
    cohort: { projectId: '1', id: '2', name: 'Trial users', description: '' },
    people: { seed: 1, form: 'default' },
    membersPerPage: 2,
  })
  const finish = async () => {
    end()
    await running
    return readRecording(file)
  }
  return { webhook, file, lines, url, mixpanel, finish }
}

const pagesOf = (got: readonly Got[]) =>
  got.map(({ body }) => [body.action, body.parameters.page_info, body.parameters.members.length])

test('passes a sync on as it is and records it without the key or anybody in it', async () => {
  const { webhook, file, mixpanel, lines, finish } = await setup()
  expect(await mixpanel.fullSync([1, 2, 3])).toMatchObject({ outcome: 'succeeded' })
  const { header, calls } = await finish()
  expect(webhook.got.map(({ key }) => key)).toEqual(['the key', 'the key'])
  expect(webhook.got[0]?.body.parameters.members[0].email).toMatch(/\.1@example\.com$/)
  expect(header.redacted).toBe(true)
  expect(calls.map(({ status }) => status)).toEqual([200, 200])
  const written = readFileSync(file, 'utf8')
  const { email, mixpanel_distinct_id: id } = webhook.got[0]!.body.parameters.members[0]
  for (const secret of ['the key', 'Trial users', email, id]) expect(written).not.toContain(secret)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(lines.at(-1)).toBe(`2 calls in ${file}.`)
})

test('records everything when asked to, and warns', async () => {
  const { webhook, mixpanel, lines, finish } = await setup({ raw: true })
  await mixpanel.fullSync([1])
  const { calls } = await finish()
  expect(calls[0]?.body).toEqual(webhook.got[0]?.body)
  expect(lines[0]).toContain('Warning: --raw')
})

test('passes compressed bodies on as they are, and reads them', async () => {
  const { url, webhook, finish } = await setup({ raw: true })
  const headers = { 'content-encoding': 'gzip' }
  const body = new Uint8Array(gzipSync('{"action":"members"}'))
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
  expect(webhook.got[0]?.body).toEqual({ action: 'members' })
  expect((await finish()).calls).toMatchObject([{ body: { action: 'members' }, status: 200 }])
})

test('records what cannot be read without its content', async () => {
  const { url, finish } = await setup()
  expect((await fetch(url, { method: 'POST', body: 'email=ann@example.org' })).status).toBe(503)
  const { calls } = await finish()
  expect(calls).toMatchObject([{ body: null, status: 503 }])
  expect(calls[0]).not.toHaveProperty('unreadable')
})

test('plays a capture again: the same pages in the same order, into another cohort', async () => {
  const { mixpanel, file, finish } = await setup()
  await mixpanel.fullSync([1, 2, 3])
  await mixpanel.diff([2, 3, 4])
  const { calls } = await finish()
  const target = await startWebhook([])
  const lines: string[] = []
  const argv = [file, '--url', target.url, '--key', 'k', '--speed', '1000', '--cohort', '77']
  expect(await replayCommand(argv, (line) => lines.push(line))).toBe(0)
  expect(pagesOf(target.got)).toEqual(pagesOf(calls.map(({ body }) => ({ key: '', body }))))
  expect(new Set(target.got.map(({ body }) => body.parameters.mixpanel_cohort_id))).toEqual(new Set(['77']))
  expect(lines.at(-1)).toBe('4 calls, 0 answered otherwise than recorded.')
})

test('says when an answer is not the recorded one', async () => {
  const { mixpanel, file, finish } = await setup()
  await mixpanel.fullSync([1])
  await finish()
  const target = await startWebhook([403])
  const lines: string[] = []
  expect(await replayCommand([file, '--url', target.url, '--key', 'k'], (line) => lines.push(line))).toBe(1)
  expect(lines.at(-1)).toBe('1 calls, 1 answered otherwise than recorded.')
})
