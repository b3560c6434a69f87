/** One request with an optional JSON body. Throws, naming method, path and status, unless the answer is 2xx. */
export const callJson = async <Answer>(url: string, request: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(30_000) })
  if (response.ok) return (await response.json()) as Answer
  const { pathname } = new URL(url)
  const text = (await response.text()).slice(0, 300)
  throw new Error(`${request.method ?? 'GET'} ${pathname} answered ${response.status}: ${text}`)
}
