/** Calls under way at a time: enough to be quick, and few beside those of the service. */
const atOnce = 8

/** Does something with each, a group at a time; the results are in their order. `onGroup` hears how many are done. */
export const inGroups = async <Entry, Result>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<Result>,
  onGroup: (done: number) => void = () => {},
): Promise<Result[]> => {
  const results: Result[] = []
  for (let from = 0; from < entries.length; from += atOnce) {
    results.push(...(await Promise.all(entries.slice(from, from + atOnce).map(work))))
    onGroup(results.length)
  }
  return results
}
