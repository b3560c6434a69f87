/** The answer to a request, parsed. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into it by path; a wrong path is a failed expectation.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export const adminToken = 'a-token-for-tests-only-of-32-letters'

/** What Mixpanel and an operator do with a running receiver. */
export const receiverClient = (url: string) => {
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parse(text) }
  }
  /** `headers` go over those of the admin. A body that is text is sent as it is. */
  const admin = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    call(`/api${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const cohorts = async (accountId: string) =>
    (await admin('GET', `/accounts/${accountId}/cohorts`)).body.cohorts
  const members = async (
    accountId: string,
    cohort: { id: string; projectId?: string },
  ): Promise<string[]> => {
    const query = cohort.projectId === undefined ? '' : `?projectId=${encodeURIComponent(cohort.projectId)}`
    const answer = await admin(
      'GET',
      `/accounts/${accountId}/cohorts/${encodeURIComponent(cohort.id)}/members${query}`,
    )
    return answer.body.members.map(({ id }: { id: string }) => id)
  }
  return {
    url,
    admin,
    get: (path: string): Promise<Answer> => call(path, {}),
    /** Sends a webhook body with an account's key; `headers` go over those that Mixpanel sends. */
    post: (key: string, body: BodyInit | object, headers: Record<string, string> = {}): Promise<Answer> =>
      call('/webhooks/mixpanel', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== '' && { 'x-api-key': key }), ...headers },
        body:
          typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
      }),
    createAccount: async (name = 'Acme'): Promise<{ id: string; key: string }> =>
      (await admin('POST', '/accounts', { name })).body,
    createDestination: async (
      accountId: string,
      settings: object,
      identity?: unknown,
      properties?: 'all' | readonly string[],
    ): Promise<string> =>
      (
        await admin('POST', `/accounts/${accountId}/destinations?verify=false`, {
          connector: 'webhook',
          settings,
          ...(identity !== undefined && { identity }),
          ...(properties !== undefined && { properties }),
        })
      ).body.id,
    cohorts,
    /** The cohorts without their last reply, which every page alters, a refused one too. */
    ledger: async (accountId: string): Promise<unknown> =>
      (await cohorts(accountId)).map((cohort: object) => ({ ...cohort, lastReply: undefined })),
    members,
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
