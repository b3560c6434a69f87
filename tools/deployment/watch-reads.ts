interface Watch {
  /** Behaves as the value does. */
  readonly watched: object
  /** Paths of what the value holds and nobody has asked for, outermost only. */
  readonly unread: () => readonly string[]
}

/**
 * A compiled schema asks for every field that it knows, and Kubernetes' schemas say nothing against others: what stays
 * unread is a field that the schema does not know.
 */
export const watchReads = (value: object): Watch => {
  const nodes: { readonly path: string; readonly fields: readonly string[]; readonly read: Set<string> }[] =
    []
  const watch = (inner: unknown, path: string): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner
    const read = new Set<string>()
    nodes.push({ path, fields: Object.keys(inner), read })
    const kept = new Map<PropertyKey, unknown>()
    return new Proxy(inner, {
      get: (target, key) => {
        read.add(String(key))
        if (!kept.has(key)) kept.set(key, watch(Reflect.get(target, key), `${path}/${String(key)}`))
        return kept.get(key)
      },
    })
  }
  return {
    watched: watch(value, '') as object,
    unread: () =>
      nodes.flatMap(({ path, fields, read }) =>
        fields.filter((field) => !read.has(field)).map((field) => `${path}/${field}`),
      ),
  }
}
