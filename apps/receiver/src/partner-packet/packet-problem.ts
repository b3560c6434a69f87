/** One thing that keeps a packet from being written. */
export interface PacketProblem {
  /** Path of the field in partner.yaml, such as `webhook.url`. Empty: the file as a whole. */
  readonly field: string
  /** Goes on after the field's name. */
  readonly problem: string
  /** What to do, as a sentence. */
  readonly remedy: string
}
