import { CommandError } from './command-error.ts'
import { errorOfAnswer } from './told-problem.ts'

export interface ApiClientParts {
  /** Without /api. */
  readonly url: string
  readonly token: string
  readonly wait: (milliseconds: number) => Promise<void>
}

interface ApiCall {
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** The version that must still be the newest. */
  readonly version?: number
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** The admin API. What it refuses is a `CommandError`. */
export interface Api {
  readonly url: string
  /** Each part of the path is encoded. The answer is undefined where there is no body. */
  call<Answer>(method: Method, path: readonly string[], call?: ApiCall): Promise<Answer>
}

/** A check of access may take ten seconds. */
const callMilliseconds = 30_000
const tries = 10

/** Calls that are told to wait, wait. */
export const createApiClient = (parts: ApiClientParts): Api => {
  const call = async (method: Method, path: readonly string[], asked: ApiCall = {}): Promise<unknown> => {
    for (let tried = 1; ; tried += 1) {
      const response = await send(parts, { method, path, ...asked })
      const text = await response.text()
      if (response.ok) return readBody(text, parts.url)
      if (response.status !== 429 || tried === tries) throw errorOfAnswer(response.status, text, parts.url)
      await parts.wait(Number(response.headers.get('retry-after') ?? 1) * 1000)
    }
  }
  return { url: parts.url, call: call as Api['call'] }
}

interface Request extends ApiCall {
  readonly method: Method
  readonly path: readonly string[]
}

const send = async ({ url, token }: ApiClientParts, request: Request): Promise<Response> => {
  const { method, path, query = {}, body, version } = request
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`
  try {
    return await fetch(`${url}/api/${path.map(encodeURIComponent).join('/')}${search}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(version !== undefined && { 'if-match': `"${version}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(callMilliseconds),
    })
  } catch (error) {
    throw new CommandError('unreachable', `${url} does not answer: ${reasonOf(error)}.`)
  }
}

/** Why a call could not be made, without the address. */
const reasonOf = (error: unknown): string => {
  const { name, cause } = error as Error & { cause?: { code?: unknown } }
  if (name === 'TimeoutError') return `nothing came within ${callMilliseconds / 1000} seconds`
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed'
}

const readBody = (text: string, url: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(
      'unreachable',
      `What answers at ${url} is no Cohort Relay. Name its address with --url.`,
    )
  }
}
