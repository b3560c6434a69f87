/** How a command ends, for scripts. `docs/operate.md` has the same table. */
export const exitCodes = {
  done: { code: 0, meaning: 'done, or nothing to do' },
  failed: { code: 1, meaning: 'refused, failed, or a check that found something to mend' },
  usage: { code: 2, meaning: 'the command line, a file or an environment variable is not usable' },
  unreachable: { code: 3, meaning: 'neither a server nor the embedded database can be used' },
  notFound: { code: 4, meaning: 'there is no such thing, or several of that name' },
  notAllowed: { code: 5, meaning: 'the token is missing, unknown, or of a role that may not do this' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>

export type Ending = keyof typeof exitCodes

/** For help texts. */
export const exitCodesText = [
  'Exit codes:',
  ...Object.values(exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}`),
].join('\n')
