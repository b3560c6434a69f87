import { hostileTexts } from './hostile-bodies.ts'

export interface AdminCall {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly body?: unknown
}

const settings = { url: 'https://partner.example/hooks', secret: `whsec_${'A'.repeat(32)}` }

/** Half a character cannot be in an address; its bytes can. */
const inAddress = (text: string): string => encodeURIComponent(text.toWellFormed())

const addresses = ['%00', 'a%00b', '%ED%A0%80', '%ff', '%', '..%2f', 'x'.repeat(5000)].concat(
  hostileTexts.filter((text) => text.trim() !== '').map(inAddress),
)

const ofAddress = (accountId: string, text: string): AdminCall[] => [
  { method: 'GET', path: `/accounts/${text}` },
  { method: 'PATCH', path: `/accounts/${text}`, body: { settings: {} } },
  { method: 'GET', path: `/accounts/${text}/cohorts` },
  { method: 'GET', path: `/accounts/${accountId}/cohorts/${text}/members` },
  { method: 'GET', path: `/accounts/${accountId}/cohorts/ids/members?projectId=${text}` },
  { method: 'GET', path: `/accounts/${accountId}/cohorts/ids/members?after=${text}` },
  { method: 'POST', path: `/accounts/${accountId}/cohorts/${text}/approve-removals`, body: { plan: '1' } },
]

const ofText = (accountId: string, text: string): AdminCall[] => {
  const create = (fields: object): AdminCall => ({
    method: 'POST',
    path: `/accounts/${accountId}/destinations?verify=false`,
    body: { connector: 'webhook', settings, ...fields },
  })
  return [
    { method: 'POST', path: '/accounts', body: { name: text } },
    { method: 'POST', path: '/accounts', body: { name: 'Ann', settings: { [text]: text } } },
    { method: 'PATCH', path: `/accounts/${accountId}`, body: { settings: { membersAction: text } } },
    create({ properties: [text] }),
    create({ identity: [{ property: text, kind: 'id' }] }),
    create({ settings: { ...settings, headers: { 'x-text': text } } }),
    create({ connector: text }),
    {
      method: 'POST',
      path: `/accounts/${accountId}/cohorts/ids/approve-removals`,
      body: { plan: text },
    },
  ]
}

const numbers: readonly unknown[] = [-1, 0, 1.5, 99, Number.MAX_SAFE_INTEGER, 1e21, 1e308]
const plans = ['0', '-1', '1e3', '9'.repeat(19), '9'.repeat(100), ' 1', '01', '0x1']
const queries = [
  'after=0',
  'after=999999999999999',
  'limit=1e2',
  'limit=10000&limit=1',
  'projectId[]=1',
  'projectId[a]=1',
  '__proto__=1',
]

/** Calls of the admin API about one account, most of them refused. Deterministic. */
export const hostileAdminCalls = (accountId: string): readonly AdminCall[] => [
  ...addresses.flatMap((text) => ofAddress(accountId, text)),
  ...hostileTexts.flatMap((text) => ofText(accountId, text)),
  ...numbers.map((number): AdminCall => {
    const changed = { massRemovalPercent: number, massRemovalMembers: number }
    return { method: 'PATCH', path: `/accounts/${accountId}`, body: { settings: changed } }
  }),
  ...plans.map((plan): AdminCall => {
    return { method: 'POST', path: `/accounts/${accountId}/cohorts/ids/approve-removals`, body: { plan } }
  }),
  ...queries.map((query): AdminCall => {
    return { method: 'GET', path: `/accounts/${accountId}/cohorts/ids/members?${query}` }
  }),
  { method: 'GET', path: `/accounts/${accountId}/destinations` },
  { method: 'GET', path: `/accounts/${accountId}` },
]
