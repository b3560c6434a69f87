import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import { createHttpClient, type HttpClientOptions } from '../create-http-client.ts'
import { DestinationError } from '../destination-error.ts'
import type { HttpRequest } from '../http-client.ts'
import { listen } from './listen.ts'

export const setup = async (answer: RequestListener, options: HttpClientOptions = {}) => {
  const requests: { method?: string; url?: string; headers: NodeJS.Dict<string | string[]>; body: string }[] =
    []
  const server = await listen(
    createHttpServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request
        requests.push({ method, url, headers, body })
        return answer(request, response)
      })
    }),
  )
  onTestFinished(() => server.close())
  return { server, requests, ...startClient(server.url, options) }
}

/** A server that does what `talk` says once it has heard something of the request. */
export const setupRaw = async (talk: (socket: Socket) => void, options: HttpClientOptions = {}) => {
  const server = await listen(createServer((socket) => socket.once('data', () => talk(socket))))
  onTestFinished(() => server.close())
  return { server, ...startClient(server.url, options) }
}

export const startClient = (url: string, options: HttpClientOptions) => {
  const waits: number[] = []
  const wait = async (milliseconds: number) => waits.push(milliseconds)
  const client = createHttpClient({ random: () => 0.5, wait, deadlineSeconds: 10, ...options })
  const send = (request: Partial<HttpRequest> = {}) =>
    client.request({ method: 'GET', url, signal: new AbortController().signal, ...request })
  return { send, waits }
}

export const failureOf = async (answer: Promise<unknown>): Promise<DestinationError> => {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(DestinationError)
  return error as DestinationError
}

export const codeOf = ({ cause }: DestinationError) => (cause as { code: string }).code
