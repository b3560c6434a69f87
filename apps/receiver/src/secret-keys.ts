/** The one that is used, then those of before. */
export type SecretKeys = readonly [Uint8Array, ...Uint8Array[]]

export interface ConfiguredSecretKeys {
  readonly secretKey: Uint8Array
  /** Of before a rotation: what they encrypted can be read. Default: none. */
  readonly previousSecretKeys?: readonly Uint8Array[]
}

export const secretKeysOf = ({ secretKey, previousSecretKeys = [] }: ConfiguredSecretKeys): SecretKeys => [
  secretKey,
  ...previousSecretKeys,
]
