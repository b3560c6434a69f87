import { expect, test } from 'vitest'
import { gatePage, type GateQuestion } from './gate-page.ts'
import type { Session } from './session.ts'

const session = (changed: Partial<Session> = {}): Session => ({
  id: 5,
  externalId: 's',
  action: 'replace',
  state: 'open',
  streaming: false,
  totalPages: 3,
  storedPages: 1,
  restarted: false,
  sync: null,
  ...changed,
})
type Asked = Omit<Partial<GateQuestion>, 'others'> & { readonly others?: readonly Session[] }

const ask = ({ others = [], ...changed }: Asked) =>
  gatePage({
    action: 'replace',
    externalId: 's',
    digest: 'this',
    paged: true,
    totalPages: 3,
    merges: false,
    session: undefined,
    storedDigest: undefined,
    resentPages: 0,
    resentBefore: 0,
    others: () => others,
    ...changed,
  })
const applied = session({ state: 'applied', storedPages: 3 })
const older = session({ id: 4, externalId: 'old' })
const newer = session({ id: 6, externalId: 'new', state: 'applied' })

test.each<[string, boolean, readonly Session[]]>([
  ['replaces', false, [older]],
  ['merges', true, []],
])('a full set of an account that %s ends what was unfinished: %s', (_name, merges, supersedes) => {
  const removal = { ...older, action: 'remove' as const }
  const ended = ask({ merges, others: [removal] })
  expect(ended).toMatchObject({ supersedes: supersedes.map(() => removal) })
})

test.each<[string, Asked, object]>([
  ['the first page opens a session', {}, { kind: 'store', into: 'new', whole: false, storedPages: 1 }],
  [
    'the next page joins it',
    { session: session() },
    { kind: 'store', into: { id: 5 }, whole: false, storedPages: 2 },
  ],
  [
    'the last page makes it whole',
    { session: session({ storedPages: 2 }) },
    { kind: 'store', whole: true, storedPages: 3 },
  ],
  [
    'the same content again is a repeat while the session is open',
    { session: session(), storedDigest: 'this' },
    { kind: 'repeat' },
  ],
  [
    'the same content again is a repeat while the session is applied',
    { session: session({ state: 'whole' }), storedDigest: 'this' },
    { kind: 'repeat' },
  ],
  [
    'the same content again is a repeat once the session was applied',
    { session: applied, storedDigest: 'this' },
    { kind: 'repeat' },
  ],
  [
    'other content replaces the page while the session is open',
    { session: session({ storedPages: 2 }), storedDigest: 'that' },
    { kind: 'store', into: { id: 5 }, whole: false, storedPages: 2 },
  ],
  [
    'other content for the newest session once applied opens a new round',
    { session: applied, storedDigest: 'that' },
    { kind: 'store', into: 'new', whole: false, storedPages: 1 },
  ],
  [
    'a further page of the newest session once applied opens a new round',
    { session: applied },
    { kind: 'store', into: 'new', whole: false },
  ],
  [
    'other content for an older session is late',
    { session: applied, storedDigest: 'that', others: [newer] },
    { kind: 'late' },
  ],
  [
    'a repeat of an older session is a repeat',
    { session: applied, storedDigest: 'this', others: [newer] },
    { kind: 'repeat' },
  ],
  ['a page of a superseded session is late', { session: session({ state: 'superseded' }) }, { kind: 'late' }],
  [
    'even a repeat of a superseded session is late',
    { session: session({ state: 'superseded' }), storedDigest: 'this' },
    { kind: 'late' },
  ],
  [
    'a page of a session that was given up begins it again',
    { session: session({ state: 'expired' }) },
    { kind: 'store', into: 'new' },
  ],
  [
    'a page of a session that was given up is late once a newer one came',
    { session: session({ state: 'expired' }), others: [newer] },
    { kind: 'late' },
  ],
  [
    'a total that shrinks in mid-session counts',
    { session: session({ totalPages: 9 }), totalPages: 2 },
    { kind: 'store', whole: true, storedPages: 2 },
  ],
  [
    'a total that grows in mid-session counts',
    { session: session({ storedPages: 2 }), totalPages: 9 },
    { kind: 'store', whole: false, storedPages: 3 },
  ],
  ['a total of 0 is whole at once', { totalPages: 0 }, { kind: 'store', into: 'new', whole: true }],
  ['a total of 1 is whole at once', { totalPages: 1 }, { kind: 'store', into: 'new', whole: true }],
  [
    'a session without a total streams',
    { paged: false, totalPages: 1 },
    { kind: 'store', into: 'new', streaming: true, whole: false },
  ],
  [
    'a further page without a total streams on',
    { paged: false, totalPages: 1, session: session({ streaming: true }) },
    { kind: 'store', streaming: true, whole: false, storedPages: 2 },
  ],
  [
    'a total that comes later ends the streaming',
    { totalPages: 2, session: session({ streaming: true }) },
    { kind: 'store', streaming: false, whole: true },
  ],
  [
    'a page without a session and without a total is an export of its own',
    { externalId: '', paged: false, totalPages: 1 },
    { kind: 'store', streaming: false, whole: true },
  ],
  [
    'and so is the same page once more',
    {
      externalId: '',
      paged: false,
      totalPages: 1,
      session: session({ externalId: '', state: 'applied' }),
      storedDigest: 'this',
    },
    { kind: 'store', into: 'new', whole: true },
  ],
  ['a new full set supersedes an unfinished one', { others: [older] }, { supersedes: [older], settles: [] }],
  [
    'a new full set supersedes unfinished differences',
    { others: [{ ...older, action: 'add' }] },
    { supersedes: [{ id: 4 }] },
  ],
  [
    'a new difference supersedes an unfinished full set',
    { action: 'add', others: [older] },
    { supersedes: [{ id: 4 }] },
  ],
  [
    'a new difference supersedes an unfinished one of its kind',
    { action: 'add', others: [{ ...older, action: 'add' }] },
    { supersedes: [{ id: 4 }] },
  ],
  [
    'an addition leaves an unfinished removal open',
    { action: 'add', others: [{ ...older, action: 'remove' }] },
    { supersedes: [], settles: [] },
  ],
  [
    'a streaming session is complete when another sync begins',
    { others: [{ ...older, streaming: true }] },
    { supersedes: [], settles: [{ id: 4 }] },
  ],
  [
    'what was applied is neither superseded nor settled',
    { others: [{ ...older, state: 'applied' }] },
    { supersedes: [], settles: [] },
  ],
])('%s', (_rule, question, decision) => {
  expect(ask(question)).toMatchObject(decision)
})
