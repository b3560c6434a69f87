import type { Reply } from './line.ts'

/** `message` is what Mixpanel shows to its user. */
export type Answer =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'paused' | 'failed' | 'again'; readonly message: string }

const pausing = new Set([400, 401, 403, 404])

interface Envelope {
  readonly status?: unknown
  readonly error?: { readonly message?: unknown } | null
}

const envelopeOf = (text: string): Envelope => {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    // Not JSON is an answer without status, which is judged as such.
    return {}
  }
}

const messageOf = (status: number, { error }: Envelope): string => {
  const message = typeof error?.message === 'string' ? error.message : 'no error.message in the answer'
  return `${status}: ${message}`
}

/**
 * What Mixpanel makes of one try (docs.mixpanel.com/docs/cohort-sync/webhooks, 2026-11): 429, 5xx and a missing answer
 * are tried again; 400, 401, 403 and 404 pause; 2xx with `status: success` is accepted; all else fails the sync at once,
 * since what Mixpanel does there is not documented.
 */
export const judgeReply = (reply: Reply): Answer => {
  if ('noAnswer' in reply) return { verdict: 'again', message: `no answer: ${reply.noAnswer}` }
  const { status, text } = reply
  const envelope = envelopeOf(text)
  if (status === 429 || status >= 500) return { verdict: 'again', message: messageOf(status, envelope) }
  if (pausing.has(status)) return { verdict: 'paused', message: messageOf(status, envelope) }
  if (status < 200 || status > 299) return { verdict: 'failed', message: messageOf(status, envelope) }
  if (envelope.status === 'success') return { verdict: 'accepted' }
  return { verdict: 'failed', message: `${status} without "status": "success" in the body` }
}
