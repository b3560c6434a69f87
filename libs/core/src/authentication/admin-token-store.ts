/**
 * What a token of the admin API may do: `viewer` reads; `operator` also acts on what is there (pause, resume, check,
 * approve); `admin` does everything.
 */
export const adminRoles = ['viewer', 'operator', 'admin'] as const
export type AdminRole = (typeof adminRoles)[number]

/** A person's or program's way into the admin API. */
export interface AdminToken {
  /** The public part of the token. */
  readonly id: string
  /** Whose it is; the audit log shows it. */
  readonly name: string
  readonly role: AdminRole
  /** SHA-256 of the whole token, 32 bytes. */
  readonly hash: Uint8Array
  readonly createdAt: Date
  /** From then on the token opens nothing; null: it is not revoked. */
  readonly revokedAt: Date | null
}

export interface AdminTokenStore {
  addAdminToken(token: AdminToken): Promise<void>
  /** Revoked ones too, the oldest first. */
  listAdminTokens(): Promise<AdminToken[]>
  /** Finds revoked ones too: the caller looks at `revokedAt`. */
  findAdminToken(tokenId: string): Promise<AdminToken | undefined>
  /** False when there is none. Safe to repeat: the first time stays. */
  revokeAdminToken(tokenId: string, at: Date): Promise<boolean>
}
