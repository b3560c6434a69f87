/** How a destination looks a person up. `id` is any identifier that is not an e-mail address or a phone number. */
export type IdentityKind = 'email' | 'phone' | 'id'

/** What a destination looks one person up by, already normalised: lower-case e-mail, E.164 phone, plain id. */
export interface Identity {
  readonly kind: IdentityKind
  readonly value: string
}

/** One user of a cohort, as a connector sees it. */
export interface Member {
  /** The distinct id; the key of this member's result. */
  readonly id: string
  readonly identity: Identity
  /** As Mixpanel exported them. Integers beyond 2^53 arrive as strings, digits unharmed. */
  readonly properties: Readonly<Record<string, unknown>>
}
