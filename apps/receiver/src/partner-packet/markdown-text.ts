/** Text of others within Markdown, as it is written: nothing in it is taken for a mark. */
export const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|~&]/g, '\\$&')

/** The same as code. */
export const code = (text: string): string => {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}
