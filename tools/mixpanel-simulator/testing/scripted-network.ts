import type { PageBody } from '../pages.ts'
import type { Network } from '../http-line.ts'

/** One answer of the receiver; `drop` breaks the connection. */
export type ScriptedAnswer = 'drop' | { readonly status: number; readonly body: unknown }

export const accepted: ScriptedAnswer = { status: 200, body: { action: 'members', status: 'success' } }

export const refused = (status: number, message: string): ScriptedAnswer => ({
  status,
  body: { action: 'members', status: 'failure', error: { message, code: status } },
})

/** A receiver in memory. Gives the answers in turn, then accepts everything. Time moves by waiting alone. */
export const createScriptedNetwork = (answers: readonly ScriptedAnswer[] = []) => {
  const pages: PageBody[] = []
  const headers: Headers[] = []
  const waits: number[] = []
  let clock = 0
  const network: Network = {
    fetch: async (_url, request) => {
      const answer = answers[pages.length] ?? accepted
      pages.push(JSON.parse(request?.body as string) as PageBody)
      headers.push(new Headers(request?.headers))
      if (answer === 'drop') throw new TypeError('fetch failed', { cause: new Error('socket hang up') })
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return new Response(body, { status: answer.status })
    },
    wait: async (milliseconds) => {
      waits.push(milliseconds)
      clock += milliseconds
    },
    now: () => clock,
  }
  return { network, pages, headers, waits }
}
