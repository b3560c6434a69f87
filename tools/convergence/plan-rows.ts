import { faultKinds, type FaultKind } from './history.ts'
import type { StoreName } from './stage.ts'

type Through = 'store' | 'receiver'

/** Histories of one kind, played in one place. */
export interface Row {
  readonly kind: FaultKind
  readonly store: StoreName
  readonly through: Through
  readonly histories: number
}

export interface RowOptions {
  readonly faults: FaultKind | 'all'
  readonly store: StoreName | 'all'
  readonly through: Through | 'all'
  /** Of each row; without it each place has its own number. */
  readonly histories?: number
}

/** SQLite by itself is played less: the receiver plays it again. PostgreSQL takes about ten times as long. */
const places: readonly Omit<Row, 'kind'>[] = [
  { store: 'memory', through: 'store', histories: 20_000 },
  { store: 'sqlite', through: 'store', histories: 2000 },
  { store: 'memory', through: 'receiver', histories: 20_000 },
  { store: 'sqlite', through: 'receiver', histories: 20_000 },
  { store: 'postgres', through: 'store', histories: 300 },
  { store: 'postgres', through: 'receiver', histories: 300 },
]

/** What to play, in order. */
export const planRows = ({ faults, store, through, histories }: RowOptions): readonly Row[] => {
  const chosen = places.filter(
    (place) => (store === 'all' || place.store === store) && (through === 'all' || place.through === through),
  )
  const kinds = faultKinds.filter((kind) => faults === 'all' || kind === faults)
  return chosen.flatMap((place) =>
    kinds.map((kind) => ({ ...place, kind, histories: histories ?? place.histories })),
  )
}
