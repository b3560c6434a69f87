import type { MemberLayers } from './present-before.ts'

/** A removal that waits counts as carried out. `heldBy`: the sync that removed her; null when it can no longer be undone. */
export const asRemoved = (known: MemberLayers, heldBy: number | null): MemberLayers => {
  if (heldBy === null || known.layers.some(({ sync }) => sync === heldBy))
    return { ...known, isPresent: false }
  const layers = [...known.layers, { sync: heldBy, wasPresent: true }]
  return { layers: layers.toSorted((one, other) => one.sync - other.sync), isPresent: false }
}
