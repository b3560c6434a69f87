/** One HTTP call to a partner. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. At most one of `json` and `body`. */
  readonly json?: unknown
  readonly body?: string
  readonly signal: AbortSignal
  /** True when sending it twice does no harm: it is tried again inside the call after a network error or 502, 503, 504. */
  readonly repeatable?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON, or undefined when it is not JSON. */
  json(): unknown
}

/**
 * Resolves with any HTTP status; use `failureFromResponse` for those that mean failure. Throws a `DestinationError`
 * of kind `unavailable` when there was no usable answer: network error, deadline passed, answer too large. Redirects
 * are not followed.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>
}
