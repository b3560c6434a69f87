import { expect, test } from 'vitest'
import type { PageReceipt } from '../../intake/page-store.ts'
import type { CohortSummary } from '../ledger.ts'
import type { LedgerWorld, PageParts } from './ledger-world.ts'

/** A page, or seconds that pass. Everything is applied after each. */
type Step = readonly [action: string, members: readonly (string | object)[], parts?: PageParts] | number

interface Expected {
  /** In order of the alphabet; undefined: there is no such cohort. */
  readonly members: readonly string[] | undefined
  readonly cohort?: Partial<CohortSummary>
  /** What was decided of the last page. */
  readonly decision?: PageReceipt['decision']
}

const day = 86_400
const page = (number: number, total: number, session = 's'): PageParts => ({ session, page: [number, total] })
const whole = (session: string): PageParts => ({ session, page: [1, 1] })
const set = (...members: string[]): Step => ['members', members, whole('first')]

/** The rules of Mixpanel's protocol, a row for each thing they say. */
const rules: readonly (readonly [rule: string, says: string, steps: readonly Step[], expected: Expected])[] =
  [
    [
      'identity',
      'a name may change at any page',
      [
        ['members', ['a'], { ...page(1, 2), name: 'Old' }],
        ['members', ['b'], { ...page(2, 2), name: 'New' }],
      ],
      { members: ['a', 'b'], cohort: { name: 'New' } },
    ],
    [
      'identity',
      'an empty name shows the id',
      [['members', ['a'], { ...whole('s'), name: '' }]],
      { members: ['a'], cohort: { name: 'trial' } },
    ],
    [
      'identity',
      'additions make a cohort',
      [['add_members', ['a'], whole('s')]],
      { members: ['a'], decision: 'whole' },
    ],
    [
      'identity',
      'a removal from a cohort that is not known changes nothing',
      [['remove_members', ['a'], whole('s')]],
      { members: [], decision: 'whole' },
    ],

    [
      'pages',
      'a repeat with the same content has no effect',
      [set('a', 'b'), ['members', ['a', 'b'], whole('first')]],
      { members: ['a', 'b'], decision: 'repeat' },
    ],
    [
      'pages',
      'other content replaces a page of an open session',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], page(1, 2)],
        ['members', ['c'], page(2, 2)],
      ],
      { members: ['b', 'c'] },
    ],
    [
      'pages',
      'other content opens a new round of the newest session, which waits until it is whole',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], page(2, 2)],
        ['members', ['c'], page(1, 2)],
      ],
      { members: ['a', 'b'], cohort: { openSession: true } },
    ],
    [
      'pages',
      'the new round takes effect when it is whole',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], page(2, 2)],
        ['members', ['c'], page(1, 2)],
        ['members', ['b'], page(2, 2)],
      ],
      { members: ['b', 'c'] },
    ],
    [
      'pages',
      'a page that came again as it was belongs to the new round',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], page(2, 2)],
        ['members', ['a'], page(1, 2)],
        ['members', ['c'], page(2, 2)],
      ],
      { members: ['a', 'c'] },
    ],
    [
      'pages',
      'the order of arrival does not matter',
      [
        ['members', ['c'], page(3, 3)],
        ['members', ['a'], page(1, 3)],
        ['members', ['b'], page(2, 3)],
      ],
      { members: ['a', 'b', 'c'] },
    ],
    [
      'pages',
      'numbers may start at 0',
      [
        ['members', ['a'], page(0, 2)],
        ['members', ['b'], page(1, 2)],
      ],
      { members: ['a', 'b'] },
    ],
    ['pages', 'an empty export may have 0 pages', [set('a'), ['members', [], page(0, 0)]], { members: [] }],
    [
      'pages',
      'a total that grows in mid-session counts',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], page(2, 3)],
      ],
      { members: [], cohort: { openSession: true } },
    ],
    [
      'pages',
      'a total that shrinks in mid-session counts',
      [
        ['members', ['a'], page(1, 9)],
        ['members', ['b'], page(2, 2)],
      ],
      { members: ['a', 'b'] },
    ],

    [
      'full sets',
      'nothing leaves while a page is missing',
      [set('a'), ['members', ['b'], page(3, 3)]],
      { members: ['a'] },
    ],
    [
      'full sets',
      'the cohort becomes exactly the whole set',
      [set('a', 'b'), ['members', ['b', 'c'], whole('s')]],
      { members: ['b', 'c'] },
    ],
    [
      'full sets',
      'an empty whole set empties the cohort',
      [set('a'), ['members', [], whole('s')]],
      { members: [] },
    ],
    [
      'full sets',
      'without a total additions show at once',
      [set('a'), ['members', ['b'], { session: 's' }]],
      { members: ['a', 'b'] },
    ],
    [
      'full sets',
      'without a total leavers wait for silence',
      [set('a'), ['members', ['b'], { session: 's' }], 301],
      { members: ['b'] },
    ],
    [
      'full sets',
      'without a total another sync ends the wait',
      [set('a'), ['members', ['b'], { session: 's' }], ['add_members', ['c'], whole('t')]],
      { members: ['b', 'c'] },
    ],
    [
      'full sets',
      'without a session and without a total one page is one export',
      [
        ['members', ['a', 'b']],
        ['members', ['c']],
      ],
      { members: ['c'] },
    ],

    [
      'supersession',
      'a newer full set takes the place of an unfinished one',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], whole('t')],
      ],
      { members: ['b'], cohort: { openSession: false } },
    ],
    [
      'supersession',
      'a late page of a superseded session has no effect',
      [
        ['members', ['a'], page(1, 2)],
        ['members', ['b'], whole('t')],
        ['members', ['c'], page(2, 2)],
      ],
      { members: ['b'], decision: 'late' },
    ],
    [
      'supersession',
      'a page of an applied session has no effect a week later',
      [set('a'), ['members', ['b'], whole('t')], 7 * day, ['members', ['a'], whole('first')]],
      { members: ['b'], decision: 'repeat' },
    ],
    [
      'supersession',
      'an unfinished session is given up after four days, and nobody leaves',
      [set('a'), ['members', ['b'], page(1, 2)], 5 * day],
      { members: ['a'], cohort: { openSession: false } },
    ],

    [
      'differences',
      'a half takes effect at once',
      [set('a'), ['add_members', ['b'], whole('s')]],
      { members: ['a', 'b'] },
    ],
    [
      'differences',
      'a half that is not whole takes no effect',
      [set('a'), ['add_members', ['b'], page(1, 2)]],
      { members: ['a'] },
    ],
    [
      'differences',
      'the other half never came: the sync is taken back once the next one shows pairs',
      [
        set('a'),
        ['add_members', ['b'], whole('s')],
        ['add_members', [], whole('t')],
        ['remove_members', [], whole('t')],
      ],
      { members: ['a'] },
    ],
    [
      'differences',
      'the same under two session ids',
      [
        set('a'),
        ['add_members', ['b'], whole('s')],
        ['add_members', [], whole('t')],
        ['remove_members', [], whole('u')],
      ],
      { members: ['a'] },
    ],
    [
      'differences',
      'a difference that contradicts our state and fits the one before goes back to it',
      [
        set('a'),
        ['add_members', ['b'], whole('s')],
        ['remove_members', ['a'], whole('s')],
        ['add_members', ['c'], whole('t')],
        ['remove_members', ['a'], whole('t')],
      ],
      { members: ['c'], cohort: { needsReconcile: null } },
    ],
    [
      'differences',
      'additions alone are never taken back',
      [
        set('a'),
        ['add_members', ['b'], whole('s')],
        ['add_members', ['c'], whole('t')],
        ['add_members', ['d'], whole('u')],
      ],
      { members: ['a', 'b', 'c', 'd'] },
    ],
    [
      'differences',
      'removals alone are never taken back',
      [set('a', 'b', 'c'), ['remove_members', ['a'], whole('s')], ['remove_members', ['b'], whole('t')]],
      { members: ['c'] },
    ],
    [
      'differences',
      'an empty pair moves the time of the last sync and nothing else',
      [set('a'), ['add_members', [], whole('s')], ['remove_members', [], whole('s')]],
      { members: ['a'], cohort: { sequence: 1 } },
    ],

    [
      'members',
      'the first id is the distinct id, else the one with a dollar',
      [['members', [{ mixpanel_distinct_id: 'a', $distinct_id: 'x' }, { $distinct_id: 'b' }], whole('s')]],
      { members: ['a', 'b'] },
    ],
    [
      'members',
      'text and numbers name the same member',
      [
        ['add_members', [{ mixpanel_distinct_id: 7 }], whole('s')],
        ['remove_members', ['7'], whole('t')],
      ],
      { members: [] },
    ],
    [
      'members',
      'who cannot be recorded is set aside and counted, the rest goes on',
      [
        [
          'members',
          ['a', '', ' ', 'n\0l', '\ud800', 'x'.repeat(1025), { email: 'x@example.com' }],
          whole('s'),
        ],
      ],
      {
        members: ['a'],
        cohort: {
          setAside: {
            members: 6,
            reasons: { 'id-missing': 3, 'id-unusable-characters': 2, 'id-too-long': 1 },
          },
        },
      },
    ],
    [
      'members',
      'of duplicates in a page the last one counts',
      [
        [
          'members',
          [
            { mixpanel_distinct_id: 'a', n: 1 },
            { mixpanel_distinct_id: 'a', n: 2 },
          ],
          whole('s'),
        ],
      ],
      { members: ['a'], cohort: { sequence: 1 } },
    ],
    [
      'members',
      'names of inherited properties are ordinary ids',
      [['members', ['__proto__', 'constructor'], whole('s')]],
      { members: ['__proto__', 'constructor'] },
    ],
  ]

/** The rules on one store; part of the ledger suite. */
export const describeRules = (current: () => LedgerWorld): void => {
  test.each(rules)('%s: %s', async (_rule, _says, steps, expected) => {
    const world = current()
    let receipt: PageReceipt | undefined
    for (const step of steps) {
      if (typeof step === 'number') world.pass(step)
      else receipt = await world.send(step[0], step[1] as (string | Record<string, unknown>)[], step[2])
      await world.apply()
    }
    const [members, cohort] = [await world.members(), await world.cohort()]
    expect({ members, cohort, decision: receipt?.decision }).toMatchObject(expected)
  })
}
