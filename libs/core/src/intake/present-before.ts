/** What is known of one member: the syncs that changed her, oldest first, and how it is now. */
export interface MemberLayers {
  readonly layers: readonly { readonly sync: number; readonly wasPresent: boolean }[]
  readonly isPresent: boolean
}

/** Whether she was in the cohort before `sync`, had the `ignored` ones not been. */
export const presentBefore = (
  { layers, isPresent }: MemberLayers,
  sync: number,
  ignored: ReadonlySet<number>,
): boolean => {
  const last = layers.findLastIndex((layer) => layer.sync < sync && !ignored.has(layer.sync))
  return layers[last + 1]?.wasPresent ?? isPresent
}
