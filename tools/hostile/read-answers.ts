/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** The final answers in the bytes of a connection, in order. `rest`: bytes that are no whole answer. */
export const readAnswers = (received: string): { answers: readonly RawAnswer[]; rest: string } => {
  const answers: RawAnswer[] = []
  let rest = received
  for (;;) {
    const head = /^HTTP\/1\.[01] (?<status>\d{3})[^\r]*\r\n(?<headers>(?:[^\r]+\r\n)*)\r\n/.exec(rest)
    if (head?.groups === undefined) return { answers, rest }
    const { headers = '' } = head.groups
    const status = Number(head.groups['status'])
    const after = rest.slice(head[0].length)
    const length = Math.min(Number(headerOf(headers, 'content-length') ?? 0), after.length)
    if (status >= 200)
      answers.push({
        status,
        contentType: headerOf(headers, 'content-type') ?? '',
        body: after.slice(0, length),
      })
    rest = after.slice(length)
  }
}

const headerOf = (headers: string, name: string): string | undefined =>
  new RegExp(`^${name}: *(?<value>.*)$`, 'im').exec(headers)?.groups?.['value']?.trim()

const allowedStatuses = new Set([200, 400, 401, 403, 404, 429, 503])

/** What is wrong with an answer of the webhook, whatever was asked; undefined when nothing is. */
export const faultOf = ({ status, contentType, body }: RawAnswer): string | undefined => {
  if (!allowedStatuses.has(status)) return `${status} is not in the allowed set`
  if (!/^application\/json\b/.test(contentType)) return `the content type is ${contentType || 'missing'}`
  return isEnvelope(status, body) ? undefined : 'the body is not the envelope'
}

const isEnvelope = (status: number, body: string): boolean => {
  try {
    const { status: result, error } = JSON.parse(body) as { status: unknown; error?: Failure }
    if (status === 200) return result === 'success'
    return result === 'failure' && error?.code === status && String(error.message).length <= 200
  } catch {
    return false
  }
}

interface Failure {
  readonly code: unknown
  readonly message: unknown
}
