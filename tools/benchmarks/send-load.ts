import { Agent, request } from 'node:http'

export interface Load {
  readonly url: string
  readonly key: string
  readonly bodies: readonly Buffer[]
  readonly connections: number
}

export interface LoadResult {
  /** From the first page sent to the last one answered. */
  readonly milliseconds: number
  /** One for each page, from its first byte sent to the end of its answer. */
  readonly latencies: readonly number[]
  /** One text for each answer that was not 200 with `status: success`. */
  readonly failures: readonly string[]
}

const post = ({ url, key }: Load, body: Buffer, agent: Agent): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length, 'x-api-key': key }
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('error', reject).on('end', () => {
        const isGood = response.statusCode === 200 && text.includes('"status":"success"')
        resolve(isGood ? undefined : `${response.statusCode}: ${text.slice(0, 200)}`)
      })
    })
    call.on('error', reject).end(body)
  })

/** Sends every body once: each connection sends its next page as soon as the last one is answered. */
export const sendLoad = async (load: Load): Promise<LoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections })
  const latencies: number[] = []
  const failures: string[] = []
  const bodies = load.bodies.values()
  const sendNext = async (): Promise<void> => {
    for (const body of bodies) {
      const start = performance.now()
      const failure = await post(load, body, agent)
      latencies.push(performance.now() - start)
      if (failure !== undefined) failures.push(failure)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: load.connections }, sendNext))
  const milliseconds = performance.now() - start
  agent.destroy()
  return { milliseconds, latencies, failures }
}
