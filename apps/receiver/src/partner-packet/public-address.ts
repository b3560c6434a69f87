const reserved = /(?:^|\.)(?:example|test|invalid|example\.(?:com|net|org))$/
const inside = /(?:^|\.)(?:localhost|local|internal|lan|home\.arpa|localdomain)$/

export type AddressReading =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly problems: readonly string[] }

/** An https address that everybody on the internet can open, or all that speaks against it. */
export const readPublicAddress = (text: string): AddressReading => {
  const url = /[\s\\]/.test(text) ? null : URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text)) return refused('is not an https:// address')
  const problems = [
    ...(url.protocol === 'https:' ? [] : ['does not begin with https://']),
    ...(url.username === '' && url.password === '' ? [] : ['holds a user name or a password']),
    ...hostProblems(url.hostname.replace(/\.$/, '')),
  ]
  return problems.length === 0 ? { ok: true, url } : refused(...problems)
}

const refused = (...problems: readonly string[]): AddressReading => ({ ok: false, problems })

/** Why a host name is not one of the partner's own on the internet. */
const hostProblems = (host: string): readonly string[] => {
  if (reserved.test(host)) return ['is an address of the example']
  const isNumber = host.startsWith('[') || /^[\d.]+$/.test(host)
  if (isNumber || !host.includes('.') || inside.test(host))
    return ['has no public host name, so it cannot be reached from the internet']
  return []
}

/** Where the receiver listens. A proxy in front of it may put folders before it. */
export const webhookPath = '/webhooks/mixpanel'

/** The same for the webhook, which has an exact path and nothing behind it. */
export const readWebhookAddress = (text: string): AddressReading => {
  const reading = readPublicAddress(text)
  const url = reading.ok ? reading.url : URL.parse(text)
  const problems = [...(reading.ok ? [] : reading.problems)]
  if (url !== null && !url.pathname.endsWith(webhookPath)) problems.push(`does not end in ${webhookPath}`)
  if (/[?#]/.test(text)) problems.push('holds a ? or a #')
  return url !== null && problems.length === 0 ? { ok: true, url } : refused(...problems)
}
