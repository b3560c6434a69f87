/** The same methods, answering at once: what runs inside the store's thread. */
export type Synchronous<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...parameters: infer Parameters) => Promise<infer Result>
    ? (...parameters: Parameters) => Result
    : never
}
