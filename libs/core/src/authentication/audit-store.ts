/** One line of the audit log. Nothing in it is secret, and nothing is a member's. */
export interface AuditEntry {
  readonly at: Date
  /** Name of the token that was used. */
  readonly actor: string
  /** What was asked for, as the admin API names it: `accounts.create`. */
  readonly action: string
  /** Null where no account is concerned. */
  readonly accountId: string | null
  /** Ids that the address names or the call made, by name. */
  readonly target: Readonly<Record<string, string>>
  /** Fields of the request by path, each with its value where that tells no secret, else null. */
  readonly changes: Readonly<Record<string, AuditedValue>>
  /** `asked`: written before anything was done. `refused`: nothing was done, for the reason that `problem` names. */
  readonly outcome: 'asked' | 'refused'
  /** Code of the problem that was answered; null when none was. */
  readonly problem: string | null
}

export type AuditedValue = string | number | boolean | null

export interface RecordedAuditEntry extends AuditEntry {
  /** Grows with each line. */
  readonly id: number
}

interface AuditPage {
  /** Only lines of this account. */
  readonly accountId?: string
  /** The id of the last line of the page before. */
  readonly after?: number
  readonly limit: number
}

/** Who did what, when. Lines are added and never altered; the databases refuse that. They outlive what they tell of. */
export interface AuditStore {
  recordAudit(entry: AuditEntry): Promise<void>
  /** The newest first. */
  listAudit(page: AuditPage): Promise<RecordedAuditEntry[]>
}
