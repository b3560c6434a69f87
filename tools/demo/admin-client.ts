import { callJson } from './call-json.ts'

export interface Account {
  readonly id: string
  readonly key: string
  readonly webhookUrl?: string
}

/** A cohort of the ledger and what its destinations are still owed. */
export interface LedgerCohort {
  readonly projectId: string
  readonly id: string
  readonly members: number
  readonly lastSyncAt: string | null
  /** True while pages of an unfinished sync wait for the rest. */
  readonly openSession: boolean
  readonly destinations: readonly { readonly state: string; readonly owed: number; readonly failed: number }[]
}

interface MembersPage {
  readonly members: readonly { readonly id: string }[]
  readonly next: string | null
}

interface CohortName {
  readonly projectId: string
  readonly id: string
}

/** The receiver's admin API, as far as the demo needs it. */
export interface AdminClient {
  createAccount(name: string): Promise<Account>
  createDestination(accountId: string, destination: object): Promise<void>
  /** Undefined while the receiver knows no such cohort. */
  cohort(accountId: string, cohort: CohortName): Promise<LedgerCohort | undefined>
  /** All member ids of the cohort, page by page. */
  memberIds(accountId: string, cohort: CohortName): Promise<readonly string[]>
}

const pathOf = (accountId: string): string => `/api/accounts/${encodeURIComponent(accountId)}`

/** `url` is the receiver's own, without a slash at the end. */
export const createAdminClient = (url: string, token: string): AdminClient => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const get = <Answer>(path: string) => callJson<Answer>(`${url}${path}`, { headers })
  const post = <Answer>(path: string, body: object) =>
    callJson<Answer>(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

  return {
    createAccount: (name) => post('/api/accounts', { name }),
    createDestination: async (accountId, destination) => {
      // Calls of partners are counted here: a check would be one more.
      await post(`${pathOf(accountId)}/destinations?verify=false`, destination)
    },
    cohort: async (accountId, { projectId, id }) => {
      const { cohorts } = await get<{ cohorts: readonly LedgerCohort[] }>(`${pathOf(accountId)}/cohorts`)
      return cohorts.find((cohort) => cohort.projectId === projectId && cohort.id === id)
    },
    memberIds: async (accountId, { projectId, id }) => {
      const ids: string[] = []
      const path = `${pathOf(accountId)}/cohorts/${encodeURIComponent(id)}/members`
      for (let after: string | null = ''; after !== null;) {
        const query = new URLSearchParams(after === '' ? { projectId } : { projectId, after })
        const page: MembersPage = await get(`${path}?${query.toString()}`)
        ids.push(...page.members.map((member) => member.id))
        after = page.next
      }
      return ids
    },
  }
}
